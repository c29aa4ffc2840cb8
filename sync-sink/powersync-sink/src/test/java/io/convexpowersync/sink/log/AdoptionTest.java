package io.convexpowersync.sink.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A stream that another replicator has brought to 200 is continued from a log, or refused. */
class AdoptionTest {
  private static final TableId TASKS = TableId.root("tasks");

  private final LogProtocol protocol =
      new LogProtocol(LogState.adopted(200), table -> true, 10, false);

  @Test
  void continuesBehindWhatIsPublishedWithoutWritingTheSnapshotAgain() {
    snapshot(100);
    assertThat(accept(resolved(new Position(100, 1), null))).isInstanceOf(Step.Skip.class);
    assertThat(accept(change(200))).isInstanceOf(Step.Skip.class);
    assertThat(accept(resolved(Position.ofCommit(200), new Position(100, 1))))
        .isInstanceOf(Step.Skip.class);
    assertThat(accept(change(201))).isInstanceOf(Step.Apply.class);
    assertThat(accept(resolved(Position.ofCommit(201), Position.ofCommit(200))))
        .isEqualTo(new Step.Publishable(Position.ofCommit(201)));
  }

  @Test
  void aSnapshotAtExactlyThePublishedPositionHoldsTheSame() {
    snapshot(200);
    assertThat(accept(change(201))).isInstanceOf(Step.Apply.class);
  }

  @Test
  void aLogWhoseSnapshotIsNewerIsRefused() {
    assertThatThrownBy(() -> accept(begin(201)))
        .isInstanceOf(LogRefusedException.class)
        .hasMessageContaining("up to 200")
        .hasMessageContaining("at 201, is newer")
        .hasMessageContaining("Deploy the sync config again");
  }

  @Test
  void aLogThatBeginsInTheMiddleIsRefused() {
    assertThat(accept(change(150))).isInstanceOf(Step.Skip.class);
    assertThatThrownBy(() -> accept(change(201)))
        .isInstanceOf(LogRefusedException.class)
        .hasMessageContaining("before any snapshot")
        .hasMessageContaining("Deploy the sync config again");
  }

  @Test
  void aHoleInTheLogHoldsBackWhatFollowsUntilANewerMarker() {
    snapshot(100);
    accept(resolved(new Position(100, 1), null));
    assertThat(accept(change(300))).isInstanceOf(Step.Apply.class);
    assertThat(accept(resolved(Position.ofCommit(300), Position.ofCommit(250))))
        .isInstanceOf(Step.Hold.class);
  }

  private void snapshot(long pin) {
    assertThat(accept(begin(pin))).isInstanceOf(Step.Skip.class);
    assertThat(
            accept(
                new Change.Upsert(
                    new Position(pin, 1), TASKS, "a", "{\"_id\":\"a\"}", pin - 50, true)))
        .isInstanceOf(Step.Skip.class);
    assertThat(
            accept(
                new Marker.SnapshotEnd(
                    new Position(pin, 1), new SnapshotId("s"), List.of(TASKS), 1)))
        .isInstanceOf(Step.Skip.class);
  }

  private Step accept(LogEvent event) {
    return protocol.accept(new LogRecord(new LogOrigin("happy-animal-1", "app", "1"), event), 1);
  }

  private static LogEvent begin(long pin) {
    return new Marker.SnapshotBegin(new Position(pin, 1), new SnapshotId("s"), List.of(TASKS), 1);
  }

  private static LogEvent change(long ts) {
    return new Change.Upsert(Position.ofCommit(ts), TASKS, "a", "{\"_id\":\"a\"}", ts, false);
  }

  private static LogEvent resolved(Position position, Position previous) {
    return new Marker.Resolved(position, Optional.ofNullable(previous), 1);
  }
}
