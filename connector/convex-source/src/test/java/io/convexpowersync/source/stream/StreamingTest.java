package io.convexpowersync.source.stream;

import static io.convexpowersync.source.stream.StreamDriver.TODOS;
import static io.convexpowersync.source.stream.StreamDriver.TS;
import static io.convexpowersync.source.stream.StreamDriver.USERS;
import static io.convexpowersync.source.stream.StreamDriver.row;
import static io.convexpowersync.source.stream.StreamDriver.tombstone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A stream that follows the log: commits, offsets, and when a marker is due. */
final class StreamingTest {
  private final StreamDriver driver = StreamDriver.streaming();
  private final ChangeStream stream = driver.stream;

  @Test
  void onlyTheLastRowOfACommitCarriesIt() {
    driver.clock.advance(5);
    List<Emission> batch =
        driver
            .deltas(
                TS + 9,
                true,
                row(USERS, "a", TS + 1),
                row(USERS, "b", TS + 1),
                tombstone(USERS, "never-seen", TS + 1),
                row(USERS, "a", TS + 2))
            .take();
    assertThat(batch)
        .extracting(e -> e.offset().orElseThrow().position().ts())
        .containsExactly(TS, TS, TS + 1, TS + 9);
    assertThat(batch).extracting(Emission::boundary).containsExactly(false, false, true, true);
  }

  @Test
  void aCommitIsReadyOnlyWhenItIsWhole() {
    stream.deltaRow(row(USERS, "a", TS + 1));
    stream.deltaRow(row(USERS, "b", TS + 1));
    assertThat(stream.take()).isEmpty();
    assertThat(stream.readyBytes()).isZero();
    stream.deltaRow(row(USERS, "a", TS + 2));
    assertThat(changes(driver.takeEvents())).hasSize(2);
  }

  @Test
  void aBrokenPageLosesOnlyTheUnfinishedCommit() {
    stream.deltaRow(row(USERS, "a", TS + 1));
    stream.deltaRow(row(USERS, "a", TS + 2));
    stream.interrupted();
    assertThat(stream.request()).isEqualTo(new Request.DeltaPage(TS + 1));
    driver.deltas(TS + 2, false, row(USERS, "a", TS + 2));
    assertThat(changes(driver.takeEvents()))
        .extracting(LogEvent::position)
        .containsExactly(Position.ofCommit(TS + 1), Position.ofCommit(TS + 2));
  }

  @Test
  void theReturnedCursorIsTheOffset() {
    driver.clock.advance(25);
    List<Emission> batch = driver.deltas(TS + 9, false, row(USERS, "a", TS + 1)).take();
    assertThat(batch.get(1).event())
        .isEqualTo(
            new Marker.Resolved(
                Position.ofCommit(TS + 9), Optional.of(lastMarker()), driver.clock.wallMs()));
    assertThat(stream.request()).isEqualTo(new Request.DeltaPage(TS + 9));
  }

  @Test
  void insideAPageAMarkerStandsAtTheLastWholeCommit() {
    driver.clock.advance(25);
    stream.deltaRow(row(USERS, "a", TS + 1));
    stream.deltaRow(row(USERS, "a", TS + 2));
    assertThat(driver.takeEvents())
        .last()
        .isInstanceOfSatisfying(
            Marker.Resolved.class,
            marker -> assertThat(marker.position()).isEqualTo(Position.ofCommit(TS + 1)));
  }

  @Test
  void markersKeepTheirDistanceAndTheLastOneOfABurstAlwaysComes() {
    driver.clock.advance(25);
    assertThat(markers(driver.deltas(TS + 1, true, row(USERS, "a", TS + 1)))).hasSize(1);
    driver.clock.advance(10);
    assertThat(markers(driver.deltas(TS + 2, true, row(USERS, "a", TS + 2)))).isEmpty();
    assertThat(stream.markerWaitMs()).isEqualTo(15);
    driver.clock.advance(14);
    assertThat(markers(driver.deltas(TS + 3, false, row(USERS, "a", TS + 3)))).isEmpty();
    driver.clock.advance(1);
    assertThat(markers(driver))
        .extracting(Marker::position)
        .containsExactly(Position.ofCommit(TS + 3));
  }

  @Test
  void withoutAnIntervalEveryBatchEndsInAMarker() {
    StreamSettings settings =
        new StreamSettings(
            table -> true,
            "filter",
            SnapshotMode.INITIAL,
            0,
            10_000,
            true,
            DropHandling.IGNORE,
            30_000);
    StreamDriver eager = new StreamDriver(settings, driver.offset());
    for (int i = 1; i < 5; i++) {
      List<LogEvent> batch = eager.deltas(TS + i, true, row(USERS, "a", TS + i)).takeEvents();
      assertThat(batch).last().isInstanceOf(Marker.Resolved.class);
      assertThat(batch).hasSize(2);
    }
  }

  @Test
  void aCursorThatMovesWithoutRowsWaitsForTheHeartbeat() {
    driver.clock.advance(9_999);
    assertThat(markers(driver.deltas(TS + 50, false))).isEmpty();
    driver.clock.advance(1);
    List<Emission> batch = driver.take();
    assertThat(batch).hasSize(1);
    assertThat(batch.get(0).event().position()).isEqualTo(Position.ofCommit(TS + 50));
    assertThat(batch.get(0).offset()).contains(driver.offset());
  }

  @Test
  void anIdleDeploymentGetsAMarkerPerHeartbeat() {
    driver.clock.advance(10_000);
    List<Marker> first = markers(driver.deltas(TS, false));
    assertThat(first).extracting(Marker::position).containsExactly(lastMarker());
    driver.clock.advance(9_999);
    assertThat(markers(driver.deltas(TS, false))).isEmpty();
    driver.clock.advance(1);
    assertThat(markers(driver)).hasSize(1);
  }

  @Test
  void aRestartedStreamTellsAtOnceWhereItIs() {
    StreamDriver restarted = new StreamDriver(SnapshotMode.INITIAL, driver.offset());
    assertThat(restarted.takeEvents()).singleElement().isInstanceOf(Marker.Resolved.class);
  }

  @Test
  void aCheckpointRowIsFollowedByAMarkerAtOnce() {
    driver.clock.advance(1);
    List<LogEvent> events =
        driver.deltas(TS + 3, false, row(TableId.POWERSYNC_CHECKPOINTS, "c", TS + 3)).takeEvents();
    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            Marker.Resolved.class,
            marker -> assertThat(marker.position()).isEqualTo(Position.ofCommit(TS + 3)));
  }

  @Test
  void aTableOfThatNameInAComponentIsData() {
    TableId table = new TableId("sync", "powersync_checkpoints");
    driver.deltas(TS + 3, false, row(table, "c", TS + 3));
    assertThat(changes(driver.takeEvents())).hasSize(1);
  }

  @Test
  void rowsOfOtherTablesOnlyMoveThePosition() {
    driver.clock.advance(1);
    assertThat(driver.deltas(TS + 3, false, row(TableId.root("secret"), "s", TS + 3)).take())
        .isEmpty();
    assertThat(driver.offset().position()).isEqualTo(Position.ofCommit(TS + 3));
  }

  @Test
  void aNewTableIsCompleteFromItsFirstCommitOn() {
    List<Emission> batch =
        driver.deltas(TS + 2, false, row(TODOS, "a", TS + 2), row(USERS, "a", TS + 2)).take();
    assertThat(batch.get(2).event())
        .isEqualTo(
            new Marker.TableChanged(
                Position.ofCommit(TS + 2), TODOS, TableStatus.COMPLETE, driver.clock.wallMs()));
    assertThat(batch.get(2).boundary()).isTrue();
    assertThat(driver.offset().capture().tables()).containsEntry(TODOS, TableStatus.COMPLETE);
    driver.deltas(TS + 3, false, row(TODOS, "b", TS + 3));
    assertThat(driver.takeEvents()).noneMatch(Marker.TableChanged.class::isInstance);
  }

  @Test
  void refusesACursorThatGoesBackwards() {
    assertThatThrownBy(() -> driver.deltas(TS - 1, false))
        .isInstanceOf(StreamException.class)
        .hasMessageContaining("ends at " + (TS - 1))
        .hasMessageContaining("restored from a backup")
        .hasMessageContaining("deployment.url");
    assertThat(driver.offset().position().ts()).isEqualTo(TS);
  }

  @Test
  void refusesRowsThatAreOutOfOrder() {
    stream.deltaRow(row(USERS, "a", TS + 2));
    assertThatThrownBy(() -> stream.deltaRow(row(USERS, "a", TS + 1)))
        .isInstanceOf(StreamException.class)
        .hasMessageContaining("out of order");
  }

  @Test
  void refusesRowsAtOrBeforeTheCursor() {
    assertThatThrownBy(() -> stream.deltaRow(row(USERS, "a", TS)))
        .isInstanceOf(StreamException.class);
  }

  private Position lastMarker() {
    return ((SourceOffset.Streaming) StreamDriver.streaming().offset())
        .lastResolved()
        .orElseThrow();
  }

  private static List<Marker> markers(StreamDriver driver) {
    return driver.takeEvents().stream()
        .filter(Marker.Resolved.class::isInstance)
        .map(Marker.class::cast)
        .toList();
  }

  private static List<LogEvent> changes(List<LogEvent> events) {
    return events.stream().filter(Change.class::isInstance).toList();
  }
}
