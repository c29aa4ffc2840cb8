package io.convexpowersync.storage;

import io.convexpowersync.streams.Evaluation;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The changes of one transaction, in the order of the calls; or the rows of one truncate. */
final class ChangeBatch {
  /** Evaluation null: the row is gone. */
  private record Change(String table, String id, Evaluation evaluation) {}

  private record RowKey(SourceTable table, String id) {}

  /** Finds a table's row, creating it when there is none. */
  interface Tables {
    SourceTable require(String table) throws SQLException;
  }

  private final List<Change> changes = new ArrayList<>();
  private final List<TrackedRow> truncated = new ArrayList<>();

  void upsert(String table, String id, Evaluation evaluation) {
    add(new Change(table, id, evaluation));
  }

  void delete(String table, String id) {
    add(new Change(table, id, null));
  }

  void truncate(List<TrackedRow> rows) {
    truncated.addAll(rows);
  }

  boolean isEmpty() {
    return changes.isEmpty() && truncated.isEmpty();
  }

  /** Writes the new row states. */
  ChangeLog apply(Tables tables, RowStates states, StorageLimits limits) throws SQLException {
    ChangeLog log = new ChangeLog();
    truncated.forEach(log::delete);
    states.save(truncated);

    Map<RowKey, TrackedRow> rows = new LinkedHashMap<>();
    List<TrackedRow> rowOfChange = new ArrayList<>(changes.size());
    for (Change change : changes) {
      RowKey key = new RowKey(tables.require(change.table()), change.id());
      rowOfChange.add(rows.computeIfAbsent(key, k -> new TrackedRow(k.table(), k.id())));
    }
    states.load(rows.values());
    for (int i = 0; i < changes.size(); i++) {
      apply(changes.get(i), rowOfChange.get(i), log, limits);
    }
    states.save(rows.values());
    return log;
  }

  private static void apply(Change change, TrackedRow row, ChangeLog log, StorageLimits limits)
      throws SQLException {
    if (change.evaluation() == null) {
      log.delete(row);
    } else {
      log.upsert(row, limits.storable(change.table(), change.id(), change.evaluation()));
    }
  }

  private void add(Change change) {
    if (!truncated.isEmpty()) {
      throw new IllegalStateException("A truncate is the only change of its transaction");
    }
    changes.add(change);
  }
}
