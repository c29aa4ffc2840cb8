package io.convexpowersync.sink;

import io.convexpowersync.storage.RowOrder;
import io.convexpowersync.storage.WriteTransaction;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far snapshots have gone over the tables, which may hold rows already. Up to the last id that
 * its snapshot has had, a table holds what the snapshot contains and nothing else; in which order
 * the rows come matters for the cost only. A table is of one running snapshot at most. Not
 * thread-safe.
 */
final class RunningSnapshot {
  /** The part of a table that the snapshot has had. */
  private static final class Part {
    private long rows;
    private String reached;

    private Part(long rows, String reached) {
      this.rows = rows;
      this.reached = reached;
    }

    private void add(String id) {
      rows++;
      reached = RowOrder.max(reached, id);
    }
  }

  private final Map<String, Part> parts = new TreeMap<>();

  RunningSnapshot(StoredPlace durable) {
    durable
        .snapshotReached()
        .forEach(
            (table, id) ->
                parts.put(table, new Part(durable.snapshotRows().getOrDefault(table, 0L), id)));
  }

  /** Rows per table, see {@link StoredPlace#snapshotRows}. */
  Map<String, Long> rows() {
    Map<String, Long> rows = new TreeMap<>();
    parts.forEach((table, part) -> rows.put(table, part.rows));
    return rows;
  }

  /** See {@link StoredPlace#snapshotReached}. */
  Map<String, String> reached() {
    Map<String, String> reached = new TreeMap<>();
    parts.forEach((table, part) -> reached.put(table, part.reached));
    return reached;
  }

  /** A row of the snapshot was written. */
  void row(String table, String id) {
    parts.computeIfAbsent(table, first -> new Part(0, id)).add(id);
  }

  /** A snapshot of these tables begins or has ended. */
  void forget(Collection<String> tables) {
    parts.keySet().removeAll(tables);
  }

  /** The transaction holds the rows since the durable place: what is between them is gone. */
  void addTo(WriteTransaction transaction, StoredPlace durable) {
    parts.forEach(
        (table, part) -> {
          transaction.tableSnapshotProgress(table, part.rows);
          Optional<String> before = Optional.ofNullable(durable.snapshotReached().get(table));
          if (!before.equals(Optional.of(part.reached))) {
            transaction.removeOthers(table, before, Optional.of(part.reached));
          }
        });
  }

  /** The snapshot has no more rows of the table. */
  void endTable(String table, WriteTransaction transaction) {
    Optional<String> reached = Optional.ofNullable(parts.get(table)).map(part -> part.reached);
    transaction.removeOthers(table, reached, Optional.empty());
  }
}
