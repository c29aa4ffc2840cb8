package io.convexpowersync.streams;

import java.util.Map;

/**
 * A source row as expressions see it.
 *
 * @param columns in member order; never {@link Value.Absent} or {@link Value.Blob}
 */
record Row(Map<String, Value> columns) {

  Value column(String name) {
    Value value = columns.get(name);
    return value == null ? Value.ABSENT : value;
  }
}
