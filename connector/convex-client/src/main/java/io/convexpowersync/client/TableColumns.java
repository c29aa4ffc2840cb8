package io.convexpowersync.client;

import java.util.List;

/** A table and the names of the columns that its documents have now. */
public record TableColumns(TableRef table, List<String> columns) {
  public TableColumns {
    columns = List.copyOf(columns);
  }
}
