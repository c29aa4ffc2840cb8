package io.convexpowersync.source.stream;

import static io.convexpowersync.source.stream.StreamDriver.TODOS;
import static io.convexpowersync.source.stream.StreamDriver.TS;
import static io.convexpowersync.source.stream.StreamDriver.USERS;
import static io.convexpowersync.source.stream.StreamDriver.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.SourceOffsetCodec;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Snapshots that an operator asks for, and stops. */
final class CommandTest {
  private static final TableId SIGNALS = TableId.root("signals");
  private static final SnapshotCommand TAKE_USERS = new SnapshotCommand.Take(USERS::equals);

  private final StreamDriver driver = StreamDriver.streaming();
  private final ChangeStream stream = driver.stream;

  @Test
  void anIdleStreamReadsTheTableAtItsPositionAtOnce() {
    driver.deltas(TS + 5, false, row(TODOS, "a", TS + 5)).take();
    assertThat(signal(stream, TAKE_USERS)).isTrue();
    assertThat(driver.takeEvents().get(0))
        .isInstanceOfSatisfying(
            Marker.SnapshotBegin.class,
            begin -> {
              assertThat(begin.position().ts()).isEqualTo(TS + 5);
              assertThat(begin.position().seq()).isPositive();
              assertThat(begin.tables()).containsExactly(USERS);
            });
    assertThat(stream.request())
        .isEqualTo(new Request.SnapshotPage(TS + 5, Optional.empty(), List.of(USERS)));
    stream.snapshotRow(row(USERS, "a", TS));
    stream.snapshotPageEnded(new SnapshotPageEnd(TS + 5, Optional.empty()));
    assertThat(driver.takeEvents())
        .anyMatch(e -> e instanceof Marker.SnapshotEnd end && end.tables().equals(List.of(USERS)));
    assertThat(driver.offset().capture().tables().values()).containsOnly(TableStatus.COMPLETE);
    assertThat(driver.offset().capture().requested()).isEmpty();
    assertThat(stream.request()).isEqualTo(new Request.DeltaPage(TS + 5));
  }

  @Test
  void aStreamThatIsBehindFirstReadsTheLogToItsEnd() {
    driver.deltas(TS + 1, true, row(USERS, "a", TS + 1));
    assertThat(signal(stream, TAKE_USERS)).isTrue();
    driver.clock.advance(25);
    List<LogEvent> before = driver.deltas(TS + 2, true, row(USERS, "a", TS + 2)).takeEvents();
    assertThat(before).noneMatch(Marker.SnapshotBegin.class::isInstance);
    assertThat(before)
        .as("the table is still complete")
        .anyMatch(Marker.Resolved.class::isInstance);
    driver.deltas(TS + 9, false);
    assertThat(stream.request())
        .isEqualTo(new Request.SnapshotPage(TS + 9, Optional.empty(), List.of(USERS)));
  }

  @Test
  void aSnapshotThatWasAskedForSurvivesARestart() {
    driver.deltas(TS + 1, true, row(USERS, "a", TS + 1));
    signal(stream, TAKE_USERS);
    StreamDriver second = new StreamDriver(SnapshotMode.INITIAL, stored(driver));
    second.deltas(TS + 2, false);
    assertThat(second.stream.request()).isInstanceOf(Request.SnapshotPage.class);
    StreamDriver third = new StreamDriver(SnapshotMode.INITIAL, stored(second));
    assertThat(third.stream.request())
        .isEqualTo(new Request.SnapshotPage(TS + 2, Optional.empty(), List.of(USERS)));
    third.stream.snapshotPageEnded(new SnapshotPageEnd(TS + 2, Optional.empty()));
    assertThat(third.offset().capture().requested()).isEmpty();
  }

  @Test
  void oneThatIsAskedForDuringASnapshotFollowsIt() {
    SignalQueue queue = new SignalQueue();
    driver.deltas(TS + 1, false, row(TODOS, "a", TS + 1));
    queue.add(Signal.of(TAKE_USERS));
    queue.add(Signal.of(new SnapshotCommand.Take(TODOS::equals)));
    queue.next(stream).ifPresent(stream::signal);
    assertThat(queue.next(stream)).isEmpty();
    stream.snapshotPageEnded(new SnapshotPageEnd(TS + 1, Optional.empty()));
    assertThat(queue.next(stream)).as("before the end of the log").isEmpty();
    driver.deltas(TS + 1, false);
    queue.next(stream).ifPresent(stream::signal);
    assertThat(stream.request())
        .isEqualTo(new Request.SnapshotPage(TS + 1, Optional.empty(), List.of(TODOS)));
    assertThat(driver.takeEvents().stream().filter(Marker.SnapshotBegin.class::isInstance))
        .extracting(LogEvent::position)
        .doesNotHaveDuplicates()
        .isSorted();
  }

  @Test
  void aStopDoesNotWaitBehindSnapshotsThatWereAskedFor() {
    SignalQueue queue = new SignalQueue();
    driver.deltas(TS + 1, false, row(TODOS, "a", TS + 1));
    signal(stream, TAKE_USERS);
    queue.add(Signal.of(new SnapshotCommand.Take(TODOS::equals)));
    queue.add(Signal.of(new SnapshotCommand.Stop()));
    assertThat(queue.next(stream)).contains(Signal.of(new SnapshotCommand.Stop()));
    assertThat(queue.next(stream)).isEmpty();
  }

  @Test
  void aTableThatIsNotCapturedIsNotRead() {
    assertThat(signal(stream, new SnapshotCommand.Take(TODOS::equals))).isFalse();
    assertThat(stream.request()).isEqualTo(new Request.DeltaPage(TS));
  }

  @Test
  void beforeTheFirstSnapshotThereIsNothingToAskFor() {
    StreamDriver fresh = new StreamDriver(SnapshotMode.INITIAL, null);
    assertThat(signal(fresh.stream, TAKE_USERS)).isFalse();
    assertThat(signal(fresh.stream, new SnapshotCommand.Stop())).isFalse();
  }

  @Test
  void aStoppedSnapshotLeavesItsTablesIncomplete() {
    driver.deltas(TS + 1, false, row(TODOS, "a", TS + 1));
    signal(stream, TAKE_USERS);
    driver.take();
    stream.snapshotRow(row(USERS, "a", TS));
    assertThat(signal(stream, new SnapshotCommand.Stop())).isTrue();
    List<Emission> end = driver.take();
    Position pin = end.get(0).event().position();
    long now = driver.clock.wallMs();
    assertThat(end).hasSize(4);
    assertThat(end.get(0).event()).isInstanceOf(Change.Upsert.class);
    assertThat(end.get(1).event())
        .isInstanceOfSatisfying(
            Marker.SnapshotEnd.class, marker -> assertThat(marker.tables()).isEmpty());
    assertThat(end.get(2).event())
        .isEqualTo(new Marker.TableChanged(pin, USERS, TableStatus.CAPTURED, now));
    assertThat(end.get(3).event()).isInstanceOf(Marker.Resolved.class);
    assertThat(stored(driver).capture().tables())
        .containsEntry(USERS, TableStatus.CAPTURED)
        .containsEntry(TODOS, TableStatus.COMPLETE);
    assertThat(stream.request()).isEqualTo(new Request.DeltaPage(TS + 1));
  }

  @Test
  void stoppingAlsoForgetsWhatWasAskedFor() {
    driver.deltas(TS + 1, true, row(USERS, "a", TS + 1));
    signal(stream, TAKE_USERS);
    assertThat(signal(stream, new SnapshotCommand.Stop())).isTrue();
    assertThat(signal(stream, new SnapshotCommand.Stop())).isFalse();
    driver.deltas(TS + 2, false);
    assertThat(stream.request()).isEqualTo(new Request.DeltaPage(TS + 2));
  }

  @Test
  void aCommandInTheDataIsKnownToTheOffsetBehindItsCommit() {
    CommandReader signals =
        change -> change.table().equals(SIGNALS) ? Optional.of(TAKE_USERS) : Optional.empty();
    StreamDriver signalled =
        new StreamDriver(StreamDriver.settings(SnapshotMode.INITIAL), driver.offset(), signals);
    signalled.take();
    List<Emission> batch =
        signalled.deltas(TS + 3, true, row(SIGNALS, "s", TS + 2), row(USERS, "a", TS + 3)).take();
    assertThat(batch.get(0).event()).isInstanceOf(Change.Upsert.class);
    assertThat(batch.get(0).offset().orElseThrow().capture().requested()).isEmpty();
    assertThat(batch.get(1).offset().orElseThrow().position().ts()).isEqualTo(TS + 2);
    assertThat(batch.get(1).offset().orElseThrow().capture().requested()).isEqualTo(Set.of(USERS));
    signalled.deltas(TS + 4, false);
    assertThat(signalled.stream.request()).isInstanceOf(Request.SnapshotPage.class);
  }

  @Test
  void initialOnlyReadsAgainAtTheHead() {
    StreamDriver only = new StreamDriver(SnapshotMode.INITIAL_ONLY, driver.offset());
    assertThat(only.stream.request()).isEqualTo(new Request.Nothing());
    assertThat(signal(only.stream, TAKE_USERS)).isTrue();
    assertThat(only.stream.request()).isEqualTo(new Request.Discovery());
    only.stream.discovered(TS + 70, List.of(USERS));
    assertThat(only.stream.request())
        .isEqualTo(new Request.SnapshotPage(TS + 70, Optional.empty(), List.of(USERS)));
    only.stream.snapshotPageEnded(new SnapshotPageEnd(TS + 70, Optional.empty()));
    assertThat(only.stream.request()).isEqualTo(new Request.Nothing());
  }

  @Test
  void theOffsetKnowsWhereTheSignalsGoOn() {
    driver.deltas(TS + 1, false, row(USERS, "a", TS + 1)).take();
    stream.signal(new Signal(Optional.empty(), OptionalLong.of(4)));
    assertThat(driver.offset().capture().nextSignal()).hasValue(4);
    stream.signal(new Signal(Optional.of(TAKE_USERS), OptionalLong.of(5)));
    List<Emission> begin = driver.take();
    assertThat(begin.get(0).offset().orElseThrow().capture().nextSignal()).hasValue(5);
    assertThat(stored(driver).capture().nextSignal()).hasValue(5);
    stream.snapshotPageEnded(new SnapshotPageEnd(TS + 1, Optional.empty()));
    assertThat(driver.offset().capture().nextSignal()).hasValue(5);
  }

  private static boolean signal(ChangeStream stream, SnapshotCommand command) {
    return stream.signal(Signal.of(command));
  }

  private static SourceOffset stored(StreamDriver of) {
    return SourceOffsetCodec.decode(SourceOffsetCodec.encode(of.offset()));
  }
}
