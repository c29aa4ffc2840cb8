package io.convexpowersync.client;

import java.util.List;

/**
 * What to export.
 *
 * @param tables the wanted tables; empty means every table of every component
 */
public record Selection(List<TableRef> tables) {
  /** Every table of every component. */
  public static final Selection EVERYTHING = new Selection(List.of());

  public Selection {
    tables = List.copyOf(tables);
  }

  public boolean includes(TableRef table) {
    return tables.isEmpty() || tables.contains(table);
  }
}
