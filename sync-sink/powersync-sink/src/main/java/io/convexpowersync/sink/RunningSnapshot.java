package io.convexpowersync.sink;

import io.convexpowersync.storage.RowOrder;
import io.convexpowersync.storage.WriteTransaction;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far a snapshot has gone over the tables, which may hold rows already. Up to the last id that
 * it has had, a table holds what the snapshot contains and nothing else; in which order the rows
 * come matters for the cost only. Not thread-safe.
 */
final class RunningSnapshot {
  private final Map<String, Long> rows;
  private final Map<String, String> reached;

  RunningSnapshot(StoredPlace durable) {
    this.rows = new TreeMap<>(durable.snapshotRows());
    this.reached = new TreeMap<>(durable.snapshotReached());
  }

  /** Rows per table, see {@link StoredPlace#snapshotRows}. */
  Map<String, Long> rows() {
    return rows;
  }

  /** See {@link StoredPlace#snapshotReached}. */
  Map<String, String> reached() {
    return reached;
  }

  /** A row of the snapshot was written. */
  void row(String table, String id) {
    rows.merge(table, 1L, Long::sum);
    reached.merge(table, id, RowOrder::max);
  }

  void clear() {
    rows.clear();
    reached.clear();
  }

  /** The transaction holds the rows since the durable place: what is between them is gone. */
  void addTo(WriteTransaction transaction, StoredPlace durable) {
    rows.forEach(transaction::tableSnapshotProgress);
    reached.forEach(
        (table, id) -> {
          Optional<String> before = Optional.ofNullable(durable.snapshotReached().get(table));
          if (!before.equals(Optional.of(id))) {
            transaction.removeOthers(table, before, Optional.of(id));
          }
        });
  }

  /** The snapshot has no more rows of the table. */
  void endTable(String table, WriteTransaction transaction) {
    transaction.removeOthers(table, Optional.ofNullable(reached.get(table)), Optional.empty());
  }
}
