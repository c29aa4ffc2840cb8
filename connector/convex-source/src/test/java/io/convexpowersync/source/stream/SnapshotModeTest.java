package io.convexpowersync.source.stream;

import static io.convexpowersync.source.stream.StreamDriver.TODOS;
import static io.convexpowersync.source.stream.StreamDriver.TS;
import static io.convexpowersync.source.stream.StreamDriver.USERS;
import static io.convexpowersync.source.stream.StreamDriver.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When tables are read as a whole: by mode, and when the choice of tables changes. */
final class SnapshotModeTest {
  private static final TableId SECRET = TableId.root("secret");

  private final SourceOffset streaming = StreamDriver.streaming().offset();

  @Test
  void noDataCapturesFromTheHeadWithoutReadingAnything() {
    StreamDriver driver = new StreamDriver(SnapshotMode.NO_DATA, null);
    driver.stream.discovered(TS, List.of(USERS));
    List<Emission> events = driver.take();
    assertThat(events)
        .extracting(Emission::event)
        .containsExactly(
            new Marker.TableChanged(
                Position.ofCommit(TS), USERS, TableStatus.CAPTURED, driver.clock.wallMs()),
            new Marker.Resolved(Position.ofCommit(TS), Optional.empty(), driver.clock.wallMs()));
    assertThat(events.get(0).offset()).isEmpty();
    assertThat(driver.stream.request()).isEqualTo(new Request.DeltaPage(TS));
  }

  @Test
  void initialOnlyStopsBehindTheSnapshot() {
    StreamDriver driver = new StreamDriver(SnapshotMode.INITIAL_ONLY, null);
    driver.stream.discovered(TS, List.of(USERS));
    driver.stream.snapshotPageEnded(new SnapshotPageEnd(TS, Optional.empty()));
    assertThat(driver.stream.request()).isEqualTo(new Request.Nothing());
    assertThat(new StreamDriver(SnapshotMode.INITIAL_ONLY, driver.offset()).stream.request())
        .isEqualTo(new Request.Nothing());
  }

  @Test
  void initialReportsALostPosition() {
    StreamDriver driver = new StreamDriver(SnapshotMode.INITIAL, streaming);
    assertThat(driver.stream.positionLost()).isFalse();
  }

  @Test
  void whenNeededReadsEverythingAgainWithTablesThatAreGone() {
    StreamDriver driver = new StreamDriver(SnapshotMode.WHEN_NEEDED, streaming);
    driver.take();
    assertThat(driver.stream.positionLost()).isTrue();
    assertThat(driver.stream.request()).isEqualTo(new Request.Discovery());
    driver.stream.discovered(TS + 5, List.of(TODOS));
    assertThat(driver.takeEvents().get(0))
        .isInstanceOfSatisfying(
            Marker.SnapshotBegin.class,
            begin -> {
              assertThat(begin.position().ts()).isEqualTo(TS + 5);
              assertThat(begin.tables()).containsExactly(TODOS, USERS);
            });
    assertThat(driver.offset().lastResolved()).isEqualTo(streaming.lastResolved());
  }

  @Test
  void whenNeededStartsAnUnfinishedSnapshotOverUnderANewName() {
    StreamDriver driver = new StreamDriver(SnapshotMode.WHEN_NEEDED, null);
    driver.stream.discovered(TS, List.of(USERS));
    driver.stream.snapshotRow(row(USERS, "a", TS));
    Position first = driver.offset().position();
    assertThat(driver.stream.positionLost()).isTrue();
    driver.stream.discovered(TS, List.of(USERS));
    SourceOffset.Snapshotting again = (SourceOffset.Snapshotting) driver.offset();
    assertThat(again.snapshot().value()).isEqualTo("s2");
    assertThat(again.position()).isGreaterThan(first);
  }

  @Test
  void whenNeededDoesNotFollowADeploymentBackwards() {
    StreamDriver driver = new StreamDriver(SnapshotMode.WHEN_NEEDED, streaming);
    driver.stream.positionLost();
    assertThatThrownBy(() -> driver.stream.discovered(TS - 1, List.of(USERS)))
        .isInstanceOf(StreamException.class)
        .hasMessageContaining("restored from a backup");
  }

  @Test
  void alwaysReadsEverythingAtEveryStart() {
    StreamDriver driver = new StreamDriver(SnapshotMode.ALWAYS, streaming);
    assertThat(driver.stream.request()).isEqualTo(new Request.Discovery());
    assertThat(driver.take()).isEmpty();
    driver.stream.discovered(TS, List.of(USERS));
    assertThat(driver.takeEvents().get(0)).isInstanceOf(Marker.SnapshotBegin.class);
    assertThat(driver.offset().position()).isGreaterThan(streaming.position());
  }

  @Test
  void alwaysFinishesASnapshotThatWasInterrupted() {
    StreamDriver first = new StreamDriver(SnapshotMode.ALWAYS, null);
    first.stream.discovered(TS, List.of(USERS));
    StreamDriver second = new StreamDriver(SnapshotMode.ALWAYS, first.offset());
    assertThat(second.stream.request()).isInstanceOf(Request.SnapshotPage.class);
  }

  @Test
  void anUnchangedChoiceNeedsNoDiscoveryAfterARestart() {
    StreamDriver driver = new StreamDriver(SnapshotMode.INITIAL, streaming);
    assertThat(driver.stream.request()).isEqualTo(new Request.DeltaPage(TS));
  }

  @Test
  void anAddedTableIsReadWhenTheLogIsReadUpToTheHead() {
    StreamDriver driver = changedChoice(SnapshotMode.INITIAL);
    assertThat(driver.stream.request()).isEqualTo(new Request.Discovery());
    driver.stream.discovered(TS + 9, List.of(USERS, SECRET));
    driver.take();
    driver.deltas(TS + 4, true, row(USERS, "a", TS + 4));
    assertThat(driver.takeEvents()).noneMatch(Marker.SnapshotBegin.class::isInstance);
    driver.deltas(TS + 9, false, row(USERS, "a", TS + 8));
    List<LogEvent> events = driver.takeEvents();
    assertThat(events)
        .anySatisfy(
            event ->
                assertThat(event)
                    .isInstanceOfSatisfying(
                        Marker.SnapshotBegin.class,
                        begin -> {
                          assertThat(begin.tables()).containsExactly(SECRET);
                          assertThat(begin.position().ts()).isEqualTo(TS + 9);
                        }));
    assertThat(driver.stream.request())
        .isEqualTo(new Request.SnapshotPage(TS + 9, Optional.empty(), List.of(SECRET)));
    driver.stream.snapshotPageEnded(new SnapshotPageEnd(TS + 9, Optional.empty()));
    assertThat(driver.offset().capture().tables())
        .containsEntry(USERS, TableStatus.COMPLETE)
        .containsEntry(SECRET, TableStatus.COMPLETE);
    assertThat(driver.stream.request()).isEqualTo(new Request.DeltaPage(TS + 9));
  }

  @Test
  void anAddedTableSurvivesARestartBeforeItsSnapshot() {
    StreamDriver first = changedChoice(SnapshotMode.INITIAL);
    first.stream.discovered(TS, List.of(USERS, SECRET));
    StreamDriver second = new StreamDriver(everything(SnapshotMode.INITIAL), first.offset());
    assertThat(second.stream.request()).isEqualTo(new Request.DeltaPage(TS));
    second.deltas(TS + 1, false);
    assertThat(second.stream.request())
        .isEqualTo(new Request.SnapshotPage(TS + 1, Optional.empty(), List.of(SECRET)));
  }

  @Test
  void withNoDataAnAddedTableIsOnlyCaptured() {
    StreamDriver driver = changedChoice(SnapshotMode.NO_DATA);
    driver.stream.discovered(TS, List.of(USERS, SECRET));
    assertThat(driver.offset().capture().tables()).containsEntry(SECRET, TableStatus.CAPTURED);
    driver.deltas(TS + 1, false);
    assertThat(driver.stream.request()).isEqualTo(new Request.DeltaPage(TS + 1));
  }

  @Test
  void aTableThatIsNoLongerWantedIsForgotten() {
    StreamSettings todosOnly =
        new StreamSettings(
            TODOS::equals,
            "todos",
            SnapshotMode.INITIAL,
            25,
            10_000,
            true,
            DropHandling.IGNORE,
            30_000);
    StreamDriver driver = new StreamDriver(todosOnly, streaming);
    driver.stream.discovered(TS, List.of(USERS));
    assertThat(driver.offset().capture().tables()).isEmpty();
    driver.take();
    driver.clock.advance(1);
    assertThat(driver.deltas(TS + 1, false, row(USERS, "a", TS + 1)).take()).isEmpty();
  }

  private StreamDriver changedChoice(SnapshotMode mode) {
    return new StreamDriver(everything(mode), streaming);
  }

  private static StreamSettings everything(SnapshotMode mode) {
    return new StreamSettings(
        table -> true, "everything", mode, 25, 10_000, true, DropHandling.IGNORE, 30_000);
  }
}
