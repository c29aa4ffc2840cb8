package io.convexpowersync.streams;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns source rows into rows of one output table, each with the partition of the bucket it belongs
 * to.
 *
 * @param outputTable null to keep the source table's name
 */
record DataSource(Selection selection, String outputTable, List<Column> columns) {

  /** A JavaScript object has them from the start, so that the Service finds a value there. */
  private static final Set<String> INHERITED =
      Set.of(
          "constructor",
          "hasOwnProperty",
          "isPrototypeOf",
          "propertyIsEnumerable",
          "toLocaleString",
          "toString",
          "valueOf");

  /** Part of the select list. */
  sealed interface Column {
    /** Every column of the source row. */
    enum Star implements Column {
      INSTANCE
    }

    /**
     * As editions 1 and 2 have it: every column whose name begins with no underscore, where the
     * record has no value yet.
     */
    enum PublicStar implements Column {
      INSTANCE
    }

    /**
     * One output column.
     *
     * @param blobOverwrites whether a blob, which cannot be synced, takes the place of another
     *     value
     */
    record Named(String alias, Expression expression, boolean blobOverwrites) implements Column {}
  }

  /**
   * An output row.
   *
   * @param partition JSON array of the partition's values, as bucket names end in
   * @param data the row as JSON
   */
  record Output(String partition, String table, String id, RowData data, long checksum) {
    /** The same row elsewhere. */
    Output in(String otherPartition) {
      return new Output(otherPartition, table, id, data, checksum);
    }
  }

  /**
   * @throws EvaluationException if the row cannot be evaluated; it then yields nothing
   */
  List<Output> evaluate(Row row, SourceTable table) {
    return evaluate(row, table, new SharedOutput());
  }

  /**
   * @param shared what the sources before this one have made of the row
   * @throws EvaluationException if the row cannot be evaluated; it then yields nothing
   */
  List<Output> evaluate(Row row, SourceTable table, SharedOutput shared) {
    String name = outputTable == null ? table.name() : outputTable;
    List<Output> outputs = new ArrayList<>(1);
    selection.forEachPartition(
        row,
        table,
        (scope, partition) -> {
          Output same = selection.multipliesRows() ? null : shared.find(columns, name);
          Map<String, Value> record = same == null ? record(scope) : null;
          if (partition == null) {
            return;
          }
          if (same != null) {
            outputs.add(same.in(partition));
          } else {
            Output output = output(name, record, partition, last(outputs));
            shared.keep(columns, output);
            outputs.add(output);
          }
        });
    return outputs;
  }

  /** Later columns overwrite values, not places. */
  private Map<String, Value> record(Scope scope) {
    LinkedHashMap<String, Value> record = new LinkedHashMap<>();
    for (Column column : columns) {
      if (column instanceof Column.Named named) {
        Value value = named.expression().evaluate(scope);
        if (named.blobOverwrites() || !(value instanceof Value.Blob)) {
          record.put(named.alias(), value);
        }
      } else if (column == Column.Star.INSTANCE) {
        record.putAll(scope.row().columns());
      } else {
        putPublic(scope.row(), record);
      }
    }
    return MemberOrder.sorted(record);
  }

  private static void putPublic(Row row, Map<String, Value> record) {
    row.columns()
        .forEach(
            (name, value) -> {
              Value there = record.get(name);
              boolean free = there == null ? !INHERITED.contains(name) : there.isNull();
              if (free && !name.startsWith("_")) {
                record.put(name, value);
              }
            });
  }

  /** A row multiplied by {@code json_each} mostly repeats its data; so does its checksum then. */
  private static Output output(
      String table, Map<String, Value> record, String partition, Output previous) {
    String id = id(record);
    RowData data = RowData.written(json(record));
    boolean repeated = previous != null && previous.id().equals(id) && previous.data().equals(data);
    return repeated
        ? previous.in(partition)
        : new Output(partition, table, id, data, Checksums.put(table, id, data));
  }

  private static Output last(List<Output> outputs) {
    return outputs.isEmpty() ? null : outputs.get(outputs.size() - 1);
  }

  private static String id(Map<String, Value> record) {
    Value id = record.get("id");
    boolean none = id == null || id.isNull() || id instanceof Value.Blob;
    return none ? "" : Casts.toText(id);
  }

  /** The row as JSON text, without what has no JSON. */
  static StringBuilder json(Map<String, Value> record) {
    StringBuilder json = new StringBuilder(512).append('{');
    for (Map.Entry<String, Value> column : record.entrySet()) {
      if (column.getValue() == Value.ABSENT || column.getValue() instanceof Value.Blob) {
        continue;
      }
      if (json.length() > 1) {
        json.append(',');
      }
      JsonWriter.string(json, column.getKey());
      json.append(':');
      JsonWriter.write(json, column.getValue());
    }
    return json.append('}');
  }
}
