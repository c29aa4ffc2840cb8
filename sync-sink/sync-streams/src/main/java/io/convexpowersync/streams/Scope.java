package io.convexpowersync.streams;

import java.util.Arrays;

/**
 * What the inputs of an expression stand for.
 *
 * @param functionRows the current output row of each table-valued function
 */
record Scope(Row row, SourceTable table, TablePattern pattern, JsonEach.Entry[] functionRows) {
  static final JsonEach.Entry[] NO_FUNCTIONS = {};

  /** This scope with the current row of one more table-valued function. */
  Scope with(JsonEach.Entry entry) {
    JsonEach.Entry[] rows = Arrays.copyOf(functionRows, functionRows.length + 1);
    rows[functionRows.length] = entry;
    return new Scope(row, table, pattern, rows);
  }
}
