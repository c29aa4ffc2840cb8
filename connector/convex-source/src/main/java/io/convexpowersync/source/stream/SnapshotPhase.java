package io.convexpowersync.source.stream;

import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.events.Capture;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotCursor;
import io.convexpowersync.events.SnapshotFlag;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What is particular to a stream while it reads tables as a whole.
 *
 * <p>The newest row is held back until the next one or the end of the walk is there, because only
 * then is it known whether it was the last of its table, or of all. So the offset, which never
 * passes a row that was not written, is one row behind the walk.
 */
final class SnapshotPhase {
  private final StreamSettings settings;
  private final Journal journal;
  private final Supplier<SnapshotId> ids;
  private SnapshotWalk walk = new SnapshotWalk(SnapshotCursor.START);
  private SnapshotCursor written = SnapshotCursor.START;
  private Optional<Change.Upsert> held = Optional.empty();

  SnapshotPhase(StreamSettings settings, Journal journal, Supplier<SnapshotId> ids) {
    this.settings = settings;
    this.journal = journal;
    this.ids = ids;
  }

  /** Starts a snapshot of the tables that are pending, at the timestamp of the given position. */
  void begin(Position after, Capture planned) {
    Capture capture = planned;
    for (TableId table : planned.tables(TableStatus.PENDING)) {
      capture = capture.withNumbers(table, List.of());
    }
    restart(SnapshotCursor.START);
    announce(
        new SourceOffset.Snapshotting(
            journal.nextSnapshot(after),
            ids.get(),
            SnapshotCursor.START,
            capture,
            journal.lastResolved()));
  }

  /** Starts a snapshot of the tables that are pending and of those that were asked for. */
  void beginPlanned(Position after, Capture capture) {
    Capture planned = capture.with(capture.requested(), TableStatus.PENDING);
    begin(after, planned.withRequested(Set.of()));
  }

  void resume(SourceOffset.Snapshotting stored) {
    restart(stored.cursor());
    if (stored.cursor().equals(SnapshotCursor.START)) {
      // The end of the announcement may not have been written.
      announce(stored);
    } else {
      endIfNothingToRead(stored);
    }
  }

  private void restart(SnapshotCursor cursor) {
    walk = new SnapshotWalk(cursor);
    written = cursor;
    held = Optional.empty();
  }

  /** How far the newest snapshot is. */
  SnapshotProgress progress() {
    return new SnapshotProgress(walk.cursor().rows(), held.map(Change::table));
  }

  Request request(SourceOffset.Snapshotting snapshot) {
    return new Request.SnapshotPage(
        snapshot.position().ts(),
        walk.cursor().page(),
        snapshot.capture().tables(TableStatus.PENDING));
  }

  void row(ConvexDocument row) {
    SnapshotCursor before = walk.cursor();
    TableId table = new TableId(row.table().component(), row.table().table());
    if (walk.advance(new SnapshotCursor.Row(table, row.id())) && settings.captures(table)) {
      writeHeld(isHeldOf(table) ? SnapshotFlag.TRUE : SnapshotFlag.LAST_IN_TABLE);
      written = before;
      learnNumber(table, row.id());
      held =
          Optional.of(
              new Change.Upsert(
                  journal.position(), table, row.id(), row.json(), row.commitTs(), true));
    }
  }

  private void learnNumber(TableId table, String id) {
    List<Long> known = journal.capture().numbers().getOrDefault(table, List.of());
    List<Long> seen = TableWatch.with(known, id);
    if (!seen.equals(known)) {
      keepWritten(journal.snapshot().orElseThrow());
      journal.captured(journal.capture().withNumbers(table, seen));
    }
  }

  private boolean isHeldOf(TableId table) {
    return held.filter(row -> row.table().equals(table)).isPresent();
  }

  private void writeHeld(SnapshotFlag place) {
    if (held.isPresent()) {
      boolean first = written.rows() == 0 && place != SnapshotFlag.LAST;
      journal.snapshotRow(held.get(), first ? SnapshotFlag.FIRST : place);
      held = Optional.empty();
    }
  }

  void pageEnded(SourceOffset.Snapshotting snapshot, SnapshotPageEnd end) {
    Continuity.checkPin(end.snapshot(), snapshot.position());
    if (end.cursor().isPresent()) {
      walk.nextPage(end.cursor().get());
      keep(snapshot);
    } else {
      writeHeld(SnapshotFlag.LAST);
      journal.snapshotEnded(snapshot);
    }
  }

  /** Ends the snapshot where it is. */
  void stop(SourceOffset.Snapshotting snapshot) {
    writeHeld(SnapshotFlag.LAST);
    journal.snapshotStopped(snapshot);
  }

  /** Makes the newest row that was written a boundary. */
  void keep(SourceOffset.Snapshotting snapshot) {
    if (held.isEmpty()) {
      written = walk.cursor();
    }
    keepWritten(snapshot);
  }

  private void keepWritten(SourceOffset.Snapshotting snapshot) {
    if (!written.equals(snapshot.cursor())) {
      journal.snapshotReached(
          new SourceOffset.Snapshotting(
              snapshot.position(),
              snapshot.snapshot(),
              written,
              snapshot.capture(),
              snapshot.lastResolved()));
    }
  }

  void interrupted(SourceOffset.Snapshotting snapshot) {
    keep(snapshot);
    walk.restartPage();
  }

  private void announce(SourceOffset.Snapshotting snapshot) {
    journal.snapshotBegun(snapshot);
    endIfNothingToRead(snapshot);
  }

  /** An empty selection would read everything. */
  private void endIfNothingToRead(SourceOffset.Snapshotting snapshot) {
    List<TableId> tables = snapshot.capture().tables(TableStatus.PENDING);
    if (tables.isEmpty()) {
      journal.snapshotEnded(snapshot);
    }
  }
}
