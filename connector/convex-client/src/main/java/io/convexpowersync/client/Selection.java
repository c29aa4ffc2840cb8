package io.convexpowersync.client;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What to export.
 *
 * @param tables the wanted tables; empty means every table of every component
 * @param excludedColumns top-level fields that are left out, by table. Convex takes names that it
 *     does not know, but answers 500 to one that is not an identifier, and to {@code _id}
 */
public record Selection(List<TableRef> tables, Map<TableRef, Set<String>> excludedColumns) {
  /** Every table of every component. */
  public static final Selection EVERYTHING = new Selection(List.of());

  public Selection {
    tables = List.copyOf(tables);
    if (excludedColumns.values().stream().anyMatch(names -> names.contains("_id"))) {
      throw new IllegalArgumentException("_id cannot be excluded");
    }
    excludedColumns = Map.copyOf(excludedColumns);
  }

  /** The tables as a whole. */
  public Selection(List<TableRef> tables) {
    this(tables, Map.of());
  }

  public boolean includes(TableRef table) {
    return tables.isEmpty() || tables.contains(table);
  }

  /** The same without some columns; those of tables that are not included do not matter. */
  public Selection without(Map<TableRef, Set<String>> columns) {
    return new Selection(tables, columns);
  }
}
