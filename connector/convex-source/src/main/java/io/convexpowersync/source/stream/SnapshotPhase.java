package io.convexpowersync.source.stream;

import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.events.Capture;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotCursor;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.Optional;
import java.util.function.Supplier;

/** What is particular to a stream while it reads tables as a whole. */
final class SnapshotPhase {
  private final StreamSettings settings;
  private final Journal journal;
  private final Supplier<SnapshotId> ids;
  private TableId newestTable;
  private SnapshotWalk walk = new SnapshotWalk(SnapshotCursor.START);

  SnapshotPhase(StreamSettings settings, Journal journal, Supplier<SnapshotId> ids) {
    this.settings = settings;
    this.journal = journal;
    this.ids = ids;
  }

  /** Starts a snapshot of the tables that are pending, at the timestamp of the given position. */
  void begin(Position after, Capture capture) {
    walk = new SnapshotWalk(SnapshotCursor.START);
    announce(
        new SourceOffset.Snapshotting(
            journal.nextSnapshot(after),
            ids.get(),
            SnapshotCursor.START,
            capture,
            journal.lastResolved()));
  }

  void resume(SourceOffset.Snapshotting stored) {
    walk = new SnapshotWalk(stored.cursor());
    if (stored.cursor().equals(SnapshotCursor.START)) {
      // The end of the announcement may not have been written.
      announce(stored);
    } else {
      endIfNothingToRead(stored);
    }
  }

  /** How far the newest snapshot is. */
  SnapshotProgress progress() {
    return new SnapshotProgress(walk.cursor().rows(), Optional.ofNullable(newestTable));
  }

  Request request(SourceOffset.Snapshotting snapshot) {
    return new Request.SnapshotPage(
        snapshot.position().ts(),
        walk.cursor().page(),
        snapshot.capture().tables(TableStatus.PENDING));
  }

  void row(ConvexDocument row) {
    TableId table = new TableId(row.table().component(), row.table().table());
    if (walk.advance(new SnapshotCursor.Row(table, row.id())) && settings.captures(table)) {
      newestTable = table;
      journal.change(
          new Change.Upsert(journal.position(), table, row.id(), row.json(), row.commitTs(), true));
    }
  }

  void pageEnded(SourceOffset.Snapshotting snapshot, SnapshotPageEnd end) {
    Continuity.checkPin(end.snapshot(), snapshot.position());
    if (end.cursor().isPresent()) {
      walk.nextPage(end.cursor().get());
      keep(snapshot);
    } else {
      journal.snapshotEnded(snapshot);
    }
  }

  /** Makes the newest row a boundary. */
  void keep(SourceOffset.Snapshotting snapshot) {
    if (!walk.cursor().equals(snapshot.cursor())) {
      journal.snapshotReached(
          new SourceOffset.Snapshotting(
              snapshot.position(),
              snapshot.snapshot(),
              walk.cursor(),
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
    if (snapshot.capture().tables(TableStatus.PENDING).isEmpty()) {
      journal.snapshotEnded(snapshot);
    }
  }
}
