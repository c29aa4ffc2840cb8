package io.convexpowersync.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads one page of a sync from the log and the tables. A sync walks its tables one after another,
 * each page at the timestamp of its cursor; when the log has run ahead, and when all tables have
 * been walked, it replays the log for what has been walked. So a document may come several times,
 * each time newer, until the walk has ended; from then on the pages are the log.
 */
final class DataSyncReader {
  private final EmulatedDeployment deployment;
  private final EmulatorOptions.Limits.DataSync limits;

  DataSyncReader(EmulatedDeployment deployment) {
    this.deployment = deployment;
    this.limits = deployment.options().limits().dataSync();
  }

  /**
   * A page.
   *
   * @param truncated tables whose documents the caller has to drop before it takes the rows
   * @param caughtUp whether the log had been replayed to its end
   */
  record Page(
      List<TablePath> truncated, List<Revision> rows, DataSyncCursor cursor, boolean caughtUp) {}

  /** Reads the page after the cursor; the caller holds the store's lock. */
  Page read(List<Revision> log, long head, DataSyncCursor before, ExportSelection selection) {
    List<TablePath> truncated = new ArrayList<>();
    DataSyncCursor cursor = select(before, selection, head, truncated);
    List<Revision> rows = new ArrayList<>();
    boolean replay = cursor.walked() || head - cursor.ts() > limits.freshness().toNanos();
    cursor = replay ? replay(log, head, cursor, rows) : walk(cursor, rows);
    return new Page(truncated, rows, cursor, cursor.ts() == head);
  }

  /** A cursor that takes everything up to a timestamp as walked. */
  DataSyncCursor walkedTo(String syncId, long ts, ExportSelection selection, long head) {
    SortedMap<InternalId, DataSyncCursor.Walk> tables = new TreeMap<>();
    for (Table table : deployment.store().exportedTablesAt(head)) {
      if (selection.columns(table.path).isPresent()) {
        tables.put(table.tablet, new DataSyncCursor.Walk.Done());
      }
    }
    return new DataSyncCursor(syncId, ts, tables);
  }

  /** Lets tables in and out of the sync. */
  private DataSyncCursor select(
      DataSyncCursor cursor, ExportSelection selection, long head, List<TablePath> truncated) {
    SortedMap<InternalId, DataSyncCursor.Walk> tables = new TreeMap<>();
    for (Table table : deployment.store().exportedTablesAt(head)) {
      DataSyncCursor.Walk walk = cursor.tables().get(table.tablet);
      if (selection.columns(table.path).isPresent()) {
        if (walk == null) {
          truncated.add(table.path);
        }
        tables.put(table.tablet, walk == null ? new DataSyncCursor.Walk.Pending() : walk);
      } else if (walk != null && deployment.backend().truncatesOnDeselection()) {
        truncated.add(table.path);
      }
    }
    return new DataSyncCursor(cursor.syncId(), cursor.ts(), tables);
  }

  private DataSyncCursor walk(DataSyncCursor cursor, List<Revision> rows) {
    InternalId tablet = firstPending(cursor);
    Table table =
        deployment.store().exportedTablesAt(deployment.store().head()).stream()
            .filter(candidate -> candidate.tablet.equals(tablet))
            .findFirst()
            .orElseThrow();
    InternalId after =
        cursor.tables().get(tablet) instanceof DataSyncCursor.Walk.After walk ? walk.id() : null;
    int limit = Math.min(limits.entries(), limits.rowsRead());
    List<Revision> read = deployment.store().page(table, after, cursor.ts(), limit);
    long bytes = 0;
    for (Revision row : read) {
      rows.add(row);
      bytes += row.json().length;
      if (bytes >= limits.bytes()) {
        break;
      }
    }
    boolean ended = rows.size() == read.size() && read.size() < limit;
    return cursor.with(
        tablet,
        ended
            ? new DataSyncCursor.Walk.Done()
            : new DataSyncCursor.Walk.After(rows.get(rows.size() - 1).id));
  }

  private static InternalId firstPending(DataSyncCursor cursor) {
    return cursor.tables().entrySet().stream()
        .filter(entry -> !(entry.getValue() instanceof DataSyncCursor.Walk.Done))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  /** As in {@code document_deltas}, a page ends with a commit. */
  private DataSyncCursor replay(
      List<Revision> log, long head, DataSyncCursor cursor, List<Revision> rows) {
    long stop = -1;
    int read = 0;
    long bytes = 0;
    for (int i = DeltasEndpoint.firstAfter(log, cursor.ts()); i < log.size(); i++) {
      Revision row = log.get(i);
      if (stop >= 0 && row.ts > stop) {
        return cursor.at(stop);
      }
      DataSyncCursor.Walk walk = cursor.tables().get(row.table.tablet);
      if (walk != null && walk.covers(row.id)) {
        rows.add(row);
        bytes += row.deleted() ? 0 : row.json().length;
      }
      boolean full = bytes >= limits.bytes() || rows.size() >= limits.entries();
      if (stop < 0 && (full || ++read >= limits.rowsRead())) {
        stop = row.ts;
      }
    }
    return cursor.at(head);
  }
}
