package io.convexpowersync.source.stream;

import io.convexpowersync.events.Capture;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** How a stream starts, once it knows the head of the deployment and its tables. */
final class StartPlan {
  private final StreamSettings settings;
  private final Journal journal;
  private final SnapshotPhase snapshots;

  StartPlan(StreamSettings settings, Journal journal, SnapshotPhase snapshots) {
    this.settings = settings;
    this.journal = journal;
    this.snapshots = snapshots;
  }

  /**
   * Starts, or starts over, or goes on with another choice of tables.
   *
   * @param head the newest timestamp of the deployment (ns)
   * @param existing the tables that it has
   * @param over whether everything has to be read again
   */
  void discovered(long head, List<TableId> existing, boolean over) {
    List<TableId> captured = existing.stream().filter(settings::captures).sorted().toList();
    Optional<SourceOffset> offset = journal.offset();
    offset.ifPresent(now -> Continuity.checkHead(head, now.position()));
    if (offset.isEmpty() && settings.mode() == SnapshotMode.NO_DATA) {
      captureFrom(Position.ofCommit(head), captured);
    } else if (offset.isEmpty()) {
      snapshots.begin(Position.ofCommit(head), settings.capture(captured, TableStatus.PENDING));
    } else if (over) {
      startOver(head, captured);
    } else if (settings.mode() == SnapshotMode.INITIAL_ONLY) {
      snapshots.beginPlanned(at(head), journal.capture());
    } else {
      reconcile(captured);
    }
  }

  private void captureFrom(Position head, List<TableId> captured) {
    journal.tables(head, captured, TableStatus.CAPTURED);
    journal.resolve(head, settings.capture(captured, TableStatus.CAPTURED));
  }

  private void startOver(long head, List<TableId> captured) {
    // With tables that are gone, so that consumers learn that they are empty.
    Set<TableId> tables = new TreeSet<>(captured);
    journal.capture().tables().keySet().stream().filter(settings::captures).forEach(tables::add);
    snapshots.begin(
        at(head),
        settings
            .capture(tables, TableStatus.PENDING)
            .withNextSignal(journal.capture().nextSignal()));
  }

  private Position at(long head) {
    Position here = journal.position();
    return here.ts() == head ? here : Position.ofCommit(head);
  }

  /** The choice of tables was changed: compares what is captured with what is there. */
  private void reconcile(List<TableId> captured) {
    Capture before = journal.capture();
    Capture kept =
        before
            .without(before.tables().keySet().stream().filter(t -> !settings.captures(t)).toList())
            .withFilter(settings.filter());
    List<TableId> added = captured.stream().filter(t -> !kept.tables().containsKey(t)).toList();
    boolean noData = settings.mode() == SnapshotMode.NO_DATA;
    if (noData) {
      journal.tables(journal.position(), added, TableStatus.CAPTURED);
    }
    journal.streamed(
        journal.position(), kept.with(added, noData ? TableStatus.CAPTURED : TableStatus.PENDING));
  }
}
