package io.convexpowersync.streams;

import java.util.List;

/**
 * What the select list of a data source has made of a source row, for the sources that follow with
 * the same list: a table in several streams is mostly selected in the same way. Only for sources
 * without table-valued functions, whose columns depend on nothing but the row. For one row.
 */
final class SharedOutput {
  private List<DataSource.Column> columns;
  private DataSource.Output output;

  /** Null when this list was not the last one. */
  DataSource.Output find(List<DataSource.Column> list, String table) {
    // Equal lists are the same object, see PlanReader.
    return columns == list && output.table().equals(table) ? output : null;
  }

  void keep(List<DataSource.Column> list, DataSource.Output made) {
    columns = list;
    output = made;
  }
}
