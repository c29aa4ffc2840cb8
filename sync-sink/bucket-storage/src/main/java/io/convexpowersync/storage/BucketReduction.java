package io.convexpowersync.storage;

import java.util.List;
import java.util.TreeMap;

/** Applies a bucket's operations, in order, as the client SDK does. No I/O. */
final class BucketReduction {
  private record RowKey(String table, String rowId, String subkey) implements Comparable<RowKey> {
    @Override
    public int compareTo(RowKey other) {
      int byTable = table.compareTo(other.table);
      int byRow = byTable != 0 ? byTable : rowId.compareTo(other.rowId);
      return byRow != 0 ? byRow : subkey.compareTo(other.subkey);
    }
  }

  private final TreeMap<RowKey, String> rows = new TreeMap<>();

  void apply(BucketOperation operation) {
    switch (operation.op()) {
      case PUT -> rows.put(key(operation), operation.data().orElse("{}"));
      case REMOVE -> rows.remove(key(operation));
      case CLEAR -> rows.clear();
      case MOVE -> {
        // Superseded by a later operation of the bucket.
      }
    }
  }

  List<ClientRow> rows() {
    return rows.entrySet().stream()
        .map(
            row ->
                new ClientRow(
                    row.getKey().table(),
                    row.getKey().rowId(),
                    row.getKey().subkey(),
                    row.getValue()))
        .toList();
  }

  private static RowKey key(BucketOperation operation) {
    return new RowKey(
        operation.table().orElse(""), operation.rowId().orElse(""), operation.subkey().orElse(""));
  }
}
