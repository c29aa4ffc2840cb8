package io.convexpowersync.emulator;

import java.util.Map;
import java.util.Optional;

/** Which components, tables and columns a request wants. */
final class ExportSelection {
  static final ExportSelection EVERYTHING = new ExportSelection(true, Map.of());

  /** Which columns of a table are wanted. */
  record Columns(boolean others, Map<String, Boolean> named) {
    static final Columns ALL = new Columns(true, Map.of());

    boolean includes(String column) {
      return named.getOrDefault(column, others);
    }

    boolean all() {
      return others && !named.containsValue(false);
    }
  }

  /** Which tables of a component are wanted; an absent value means the table is excluded. */
  record Tables(boolean others, Map<String, Optional<Columns>> named) {
    static final Tables NONE = new Tables(false, Map.of());

    Optional<Columns> columns(String table) {
      Optional<Columns> columns = named.get(table);
      return columns != null ? columns : others ? Optional.of(Columns.ALL) : Optional.empty();
    }
  }

  private final boolean otherComponents;
  private final Map<String, Tables> components;

  ExportSelection(boolean otherComponents, Map<String, Tables> components) {
    this.otherComponents = otherComponents;
    this.components = components;
  }

  static ExportSelection table(String component, String table) {
    return new ExportSelection(
        false, Map.of(component, new Tables(false, Map.of(table, Optional.of(Columns.ALL)))));
  }

  static ExportSelection component(String component) {
    return new ExportSelection(false, Map.of(component, new Tables(true, Map.of())));
  }

  /** The wanted columns; empty when the table is not wanted at all. */
  Optional<Columns> columns(TablePath table) {
    Tables tables = components.get(table.component());
    if (tables != null) {
      return tables.columns(table.table());
    }
    return otherComponents ? Optional.of(Columns.ALL) : Optional.empty();
  }

  /**
   * Checks names the way the server does after parsing.
   *
   * @throws IllegalArgumentException for malformed names and for an excluded {@code _id}
   */
  void validate() {
    components.forEach(
        (component, tables) -> {
          if (!TablePath.isComponentPath(component)) {
            throw new IllegalArgumentException("Malformed component path in selection");
          }
          tables.named.forEach(ExportSelection::validate);
        });
  }

  private static void validate(String table, Optional<Columns> columns) {
    if (!TablePath.isTableName(table)) {
      throw new IllegalArgumentException("Malformed table name in selection");
    }
    if (columns.isPresent() && !columns.get().includes("_id")) {
      throw new IllegalArgumentException("Column _id cannot be excluded");
    }
  }
}
