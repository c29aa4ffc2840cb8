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
import io.convexpowersync.events.TableStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LogProtocolTest {
  private static final LogOrigin ORIGIN = new LogOrigin("happy-animal-1", "app", "1");
  private static final TableId TASKS = TableId.root("tasks");
  private static final TableId USERS = TableId.root("users");
  private static final SnapshotId SNAPSHOT = new SnapshotId("s1");
  private static final Position PIN = new Position(100, 1);

  private LogProtocol protocol = new LogProtocol(LogState.EMPTY, table -> true, 10, false);
  private Optional<Position> previous = Optional.empty();

  @Test
  void publishesASnapshotOnlyWhenItIsComplete() {
    assertThat(accept(begin(SNAPSHOT)))
        .isEqualTo(new Step.Begin(new BegunSnapshot(SNAPSHOT, PIN, List.of(TASKS))));
    assertThat(accept(row("a", PIN))).isInstanceOf(Step.Apply.class);
    assertThat(accept(resolved(PIN))).isInstanceOf(Step.Hold.class);
    assertThat(accept(end(SNAPSHOT))).isEqualTo(new Step.End(PIN, List.of(TASKS)));
    assertThat(accept(resolved(PIN))).isEqualTo(new Step.Publishable(PIN));
  }

  @Test
  void dropsWhatWasPublishedOrIsOlderThanWhatWasWritten() {
    snapshot();
    assertThat(accept(row("a", Position.ofCommit(105)))).isInstanceOf(Step.Apply.class);
    assertThat(accept(row("b", Position.ofCommit(105)))).isInstanceOf(Step.Apply.class);
    assertThat(accept(row("a", Position.ofCommit(104)))).isInstanceOf(Step.Skip.class);
    protocol.published(Position.ofCommit(107));
    assertThat(accept(row("a", Position.ofCommit(105)))).isInstanceOf(Step.Skip.class);
    assertThat(accept(row("a", Position.ofCommit(107)))).isInstanceOf(Step.Skip.class);
    assertThat(accept(row("a", Position.ofCommit(108)))).isInstanceOf(Step.Apply.class);
  }

  @Test
  void aRepeatedMarkerBelowWhatWasWrittenPublishesNothing() {
    snapshot();
    accept(row("a", Position.ofCommit(105)));
    accept(row("a", Position.ofCommit(106)));
    assertThat(accept(resolved(Position.ofCommit(105)))).isInstanceOf(Step.Skip.class);
    assertThat(accept(resolved(Position.ofCommit(106)))).isInstanceOf(Step.Publishable.class);
  }

  @Test
  void aMarkerMovesThePublicationWithoutAnyChange() {
    snapshot();
    assertThat(accept(resolved(Position.ofCommit(110))))
        .isEqualTo(new Step.Publishable(Position.ofCommit(110)));
  }

  @Test
  void aSnapshotThatBeginsAgainUnderItsOwnIdIsARepeatAndUnderAnotherStartsOver() {
    accept(begin(SNAPSHOT));
    accept(row("a", PIN));
    assertThat(accept(begin(SNAPSHOT))).isInstanceOf(Step.Skip.class);
    assertThat(accept(begin(new SnapshotId("s2")))).isInstanceOf(Step.Begin.class);
    assertThat(accept(end(SNAPSHOT))).isInstanceOf(Step.Skip.class);
    assertThat(accept(end(new SnapshotId("s2")))).isInstanceOf(Step.End.class);
  }

  @Test
  void aSnapshotHasNotBegunBeforeTheCallerIsPrepared() {
    acceptAt(begin(SNAPSHOT), 0);
    assertThat(acceptAt(begin(SNAPSHOT), 0)).isInstanceOf(Step.Begin.class);
  }

  @Test
  void aSnapshotHasNotEndedBeforeWhatItDoesNotContainIsRemoved() {
    accept(begin(SNAPSHOT));
    acceptAt(end(SNAPSHOT), 0);
    assertThat(accept(resolved(PIN))).isInstanceOf(Step.Hold.class);
    assertThat(accept(end(SNAPSHOT))).isInstanceOf(Step.End.class);
    assertThat(accept(resolved(PIN))).isInstanceOf(Step.Publishable.class);
  }

  @Test
  void aHoleInTheLogHoldsPublicationsUntilAMarkerEmittedAfterIt() {
    snapshot();
    previous = Optional.of(Position.ofCommit(120));
    assertThat(acceptAt(resolvedAt(Position.ofCommit(130), 1_000), 1_000))
        .isInstanceOf(Step.Hold.class);
    assertThat(acceptAt(resolvedAt(Position.ofCommit(131), 1_005), 1_006))
        .isInstanceOf(Step.Hold.class);
    assertThat(acceptAt(resolvedAt(Position.ofCommit(132), 1_011), 1_012))
        .isEqualTo(new Step.Publishable(Position.ofCommit(132)));
  }

  @Test
  void aRecordThatTheCleanerRemovedBeforeTheNextMarkerHoldsPublications() {
    snapshot();
    protocol.placesMissing();
    assertThat(accept(row("b", Position.ofCommit(105)), 1)).isInstanceOf(Step.Apply.class);
    assertThat(accept(resolved(Position.ofCommit(105)), 2)).isInstanceOf(Step.Hold.class);
    assertThat(acceptAt(resolvedAt(Position.ofCommit(106), 1_000), 0))
        .isEqualTo(new Step.Publishable(Position.ofCommit(106)));
  }

  @Test
  void placesWithoutRecordsAreNoHole() {
    snapshot();
    protocol.placesMissing();
    accept(row("a", Position.ofCommit(105)), 0);
    protocol.placesMissing();
    accept(row("b", Position.ofCommit(105)), 1);
    assertThat(accept(resolved(Position.ofCommit(105)), 2)).isInstanceOf(Step.Publishable.class);
  }

  @Test
  void aMarkerMissingBehindRepeatedRecordsIsAHole() {
    snapshot();
    accept(resolved(Position.ofCommit(110)), 0);
    protocol.published(Position.ofCommit(110));
    protocol.placesMissing();
    previous = Optional.of(Position.ofCommit(107));
    assertThat(accept(resolved(Position.ofCommit(120)), 0)).isInstanceOf(Step.Hold.class);
  }

  @Test
  void whatIsMissingBehindASourceThatWentBackIsAHole() {
    snapshot();
    accept(resolved(Position.ofCommit(105)), 0);
    accept(row("b", Position.ofCommit(110)), 0);
    protocol.placesMissing();
    assertThat(accept(row("a", Position.ofCommit(103)), 0)).isInstanceOf(Step.Apply.class);
    protocol.placesMissing();
    accept(row("b", Position.ofCommit(110)), 0);
    assertThat(accept(resolved(Position.ofCommit(110)), 1)).isInstanceOf(Step.Hold.class);
  }

  @Test
  void readingPublishedRecordsAgainTellsOfNoHole() {
    snapshot();
    accept(row("a", Position.ofCommit(105)), 0);
    accept(resolved(Position.ofCommit(105)), 1);
    protocol.published(Position.ofCommit(105));

    moveBack();
    protocol.placesMissing();
    accept(resolvedAt(Position.ofCommit(105), 1, PIN), 1);
    assertThat(protocol.holeNoticedMs()).isEmpty();
    protocol.placesMissing();
    accept(row("a", Position.ofCommit(110)), 0);
    assertThat(accept(resolved(Position.ofCommit(110)), 1)).isInstanceOf(Step.Publishable.class);
  }

  @Test
  void aRecordMissingBehindAMarkerThatWasReadAgainIsAHole() {
    snapshot();
    accept(resolved(Position.ofCommit(105)), 0);
    protocol.published(Position.ofCommit(105));

    moveBack();
    accept(resolvedAt(Position.ofCommit(105), 1, PIN), 0);
    protocol.placesMissing();
    accept(row("b", Position.ofCommit(110)), 1);
    assertThat(accept(resolved(Position.ofCommit(110)), 2)).isInstanceOf(Step.Hold.class);
  }

  @Test
  void aReaderThatIsPutBackBehindAHoleHasNotPassedIt() {
    snapshot();
    protocol.placesMissing();
    accept(row("b", Position.ofCommit(105)), 1);

    moveBack();
    accept(row("b", Position.ofCommit(105)), 1);
    assertThat(accept(resolved(Position.ofCommit(105)), 2)).isInstanceOf(Step.Hold.class);
  }

  @Test
  void wherePlacesAreMissingTheLastCopyOfARepeatIsApplied() {
    snapshot();
    protocol.placesMissing();
    accept(row("b", Position.ofCommit(106)), 1);
    assertThat(accept(row("a", Position.ofCommit(105)), 0)).isInstanceOf(Step.Apply.class);
    assertThat(accept(row("a", PIN), 0)).isInstanceOf(Step.Skip.class);
  }

  @Test
  void aMarkerThatWasPutOffIsNotPublishedBehindARepeat() {
    snapshot();
    protocol.placesMissing();
    accept(row("a", Position.ofCommit(105)), 0);
    assertThat(accept(resolved(Position.ofCommit(106)), 1)).isInstanceOf(Step.Publishable.class);
    assertThat(protocol.pending()).hasValue(Position.ofCommit(106));
    accept(row("a", Position.ofCommit(104)), 0);
    assertThat(protocol.pending()).isEmpty();
  }

  @Test
  void dropsOfRecordsMayBeAllowed() {
    LogProtocol lenient = new LogProtocol(LogState.EMPTY, table -> true, 10, true);
    lenient.placesMissing();
    LogEvent marker = resolved(PIN);
    lenient.accept(new LogRecord(ORIGIN, marker, OptionalLong.of(7)), 0);
    assertThat(lenient.state().gapNoticedMs()).isEmpty();
  }

  @Test
  void waitsForTheSnapshotOfATableThatIsPending() {
    snapshot();
    accept(new Marker.TableChanged(Position.ofCommit(105), USERS, TableStatus.PENDING, 1));
    assertThat(accept(resolved(Position.ofCommit(110)))).isInstanceOf(Step.Hold.class);
  }

  /** The cleaner has removed the end of the first one, which its source has repeated. */
  @Test
  void aSnapshotOfOtherTablesMayBeginBeforeOneHasEnded() {
    snapshot();
    SnapshotId first = new SnapshotId("s2");
    Position firstPin = new Position(120, 1);
    accept(new Marker.SnapshotBegin(firstPin, first, List.of(TASKS), 1));
    protocol.placesMissing();
    snapshotOf(USERS, new Position(120, 2));
    assertThat(protocol.obstacle())
        .hasValueSatisfying(step -> assertThat(step.toString()).contains("snapshot s2 has begun"));
    assertThat(protocol.isOfSnapshot((Change) row("a", firstPin))).isTrue();
    assertThat(accept(new Marker.SnapshotEnd(firstPin, first, List.of(TASKS), 1)))
        .isInstanceOf(Step.End.class);
    assertThat(protocol.obstacle()).isEmpty();
  }

  @Test
  void aTableWhoseSnapshotGaveWayToAnotherWaitsForANewOne() {
    snapshot();
    Position second = new Position(120, 2);
    accept(new Marker.SnapshotBegin(new Position(120, 1), new SnapshotId("s2"), List.of(TASKS), 1));
    snapshotOf(USERS, second);
    accept(new Marker.TableChanged(second, TASKS, TableStatus.COMPLETE, 1));
    assertHeldFor("\"tasks\"", second);
  }

  /** Its source was given other offsets, and no longer captures the tables. */
  @Test
  void aSnapshotThatWasNotEndedWhenTheHoleIsPassedIsGivenUp() {
    snapshot();
    accept(new Marker.SnapshotBegin(new Position(120, 1), new SnapshotId("s2"), List.of(TASKS), 1));
    protocol.placesMissing();
    snapshotOf(USERS, new Position(120, 2));
    accept(new Marker.TableChanged(new Position(120, 2), TASKS, TableStatus.CAPTURED, 1));
    SnapshotId newest = new SnapshotId("s4");
    Position third = new Position(120, 3);
    accept(new Marker.SnapshotBegin(third, newest, List.of(USERS), 1));
    protocol.holePassed();
    accept(new Marker.SnapshotEnd(third, newest, List.of(USERS), 1));
    assertThat(protocol.state().snapshots()).isEmpty();
  }

  private void snapshotOf(TableId table, Position position) {
    SnapshotId id = new SnapshotId("other");
    accept(new Marker.SnapshotBegin(position, id, List.of(table), 1));
    accept(new Marker.SnapshotEnd(position, id, List.of(table), 1));
  }

  private void assertHeldFor(String what, Position marker) {
    assertThat(accept(resolved(marker)))
        .isInstanceOfSatisfying(Step.Hold.class, hold -> assertThat(hold.reason()).contains(what));
  }

  @Test
  void aRestartedSourceThatNamesAnOlderPredecessorIsNotAHole() {
    snapshot();
    accept(resolved(Position.ofCommit(110)));
    protocol.published(Position.ofCommit(110));
    previous = Optional.of(PIN);
    assertThat(accept(resolved(Position.ofCommit(120)))).isInstanceOf(Step.Publishable.class);
  }

  @Test
  void refusesALogWithoutACompleteSnapshot() {
    assertThat(accept(resolved(Position.ofCommit(110))))
        .isInstanceOfSatisfying(
            Step.Refuse.class,
            refuse ->
                assertThat(refuse.reason())
                    .contains("no complete snapshot", "snapshot.mode=initial"));
  }

  @Test
  void refusesATableThatIsNeededButWasNeverSnapshotted() {
    snapshot();
    accept(new Marker.TableChanged(Position.ofCommit(105), USERS, TableStatus.CAPTURED, 1));
    assertThat(accept(resolved(Position.ofCommit(110))))
        .isInstanceOfSatisfying(
            Step.Refuse.class, refuse -> assertThat(refuse.reason()).contains("\"users\""));
  }

  @Test
  void refusesTheLogOfAnotherDeployment() {
    snapshot();
    LogOrigin other = new LogOrigin("other-animal-2", "app", "1");
    assertThatThrownBy(
            () -> protocol.accept(new LogRecord(other, row("a", Position.ofCommit(200))), 0))
        .isInstanceOf(LogRefusedException.class)
        .hasMessageContaining("happy-animal-1")
        .hasMessageContaining("other-animal-2");
  }

  private void snapshot() {
    accept(begin(SNAPSHOT));
    accept(end(SNAPSHOT));
    accept(resolved(PIN));
    protocol.published(PIN);
  }

  private void moveBack() {
    protocol = new LogProtocol(protocol.state().movedBack(), table -> true, 10, false);
  }

  private Step accept(LogEvent event) {
    Step step = acceptAt(event, 0);
    if (step instanceof Step.Begin begin) {
      protocol.begun(begin);
    } else if (step instanceof Step.End end) {
      protocol.ended(end);
    }
    return step;
  }

  private Step accept(LogEvent event, long index) {
    return protocol.accept(new LogRecord(ORIGIN, event, OptionalLong.of(index)), 0);
  }

  private Step acceptAt(LogEvent event, long nowMs) {
    return protocol.accept(new LogRecord(ORIGIN, event), nowMs);
  }

  private static LogEvent row(String id, Position position) {
    return new Change.Upsert(position, TASKS, id, "{}", position.ts(), position.seq() > 0);
  }

  private static LogEvent begin(SnapshotId id) {
    return new Marker.SnapshotBegin(PIN, id, List.of(TASKS), 1);
  }

  private static LogEvent end(SnapshotId id) {
    return new Marker.SnapshotEnd(PIN, id, List.of(TASKS), 1);
  }

  private LogEvent resolved(Position position) {
    return resolvedAt(position, 1);
  }

  private LogEvent resolvedAt(Position position, long emittedMs) {
    LogEvent marker = new Marker.Resolved(position, previous, emittedMs);
    previous = Optional.of(position);
    return marker;
  }

  private static LogEvent resolvedAt(Position position, long emittedMs, Position previous) {
    return new Marker.Resolved(position, Optional.of(previous), emittedMs);
  }
}
