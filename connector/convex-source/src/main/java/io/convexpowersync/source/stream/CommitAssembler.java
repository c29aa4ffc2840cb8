package io.convexpowersync.source.stream;

import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.events.Capture;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.TableId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects the rows of one commit of the log. A commit is complete when a row with a later
 * timestamp or the end of the page arrives; until then nothing of it may be written.
 */
final class CommitAssembler {
  /**
   * One whole commit.
   *
   * @param position its position
   * @param changes its rows in captured tables, in the order of the log
   * @param newTables captured tables that were never seen before
   * @param checkpoint whether PowerSync's checkpoint table was written
   */
  record Commit(
      Position position, List<Change> changes, Set<TableId> newTables, boolean checkpoint) {
    boolean hasData() {
      return !changes.isEmpty();
    }
  }

  private final StreamSettings settings;
  private Commit open;

  CommitAssembler(StreamSettings settings) {
    this.settings = settings;
  }

  boolean isOpen() {
    return open != null;
  }

  long openTs() {
    return open.position().ts();
  }

  /** Forgets the rows of the unfinished commit. */
  void discard() {
    open = null;
  }

  Commit close() {
    Commit commit = open;
    open = null;
    return commit;
  }

  /** Adds a row to the open commit, or opens one. */
  void add(ConvexDocument row, Capture known) {
    TableId table = new TableId(row.table().component(), row.table().table());
    boolean checkpoint = table.equals(TableId.POWERSYNC_CHECKPOINTS);
    if (open == null) {
      open =
          new Commit(
              Position.ofCommit(row.commitTs()),
              new ArrayList<>(),
              new LinkedHashSet<>(),
              checkpoint);
    } else if (checkpoint && !open.checkpoint()) {
      open = new Commit(open.position(), open.changes(), open.newTables(), true);
    }
    // Also of a table whose snapshot is only planned: after a crash the offset may be older than
    // what was written, and then consumers may have that snapshot already, and follow the table.
    if (settings.captures(table)) {
      open.changes().add(change(row, table, open.position()));
      if (!known.tables().containsKey(table)) {
        open.newTables().add(table);
      }
    }
  }

  private static Change change(ConvexDocument row, TableId table, Position position) {
    return row.deleted()
        ? new Change.Delete(position, table, row.id())
        : new Change.Upsert(position, table, row.id(), row.json(), row.commitTs(), false);
  }
}
