package io.convexpowersync.emulator;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * A table's place.
 *
 * @param component component path, {@code ""} for the root, {@code parent/child} when nested
 * @param table table name
 */
public record TablePath(String component, String table) implements Comparable<TablePath> {
  private static final Pattern TABLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_]{0,63}");
  private static final Pattern COMPONENT = Pattern.compile("|[A-Za-z0-9_]+(/[A-Za-z0-9_]+)*");
  private static final Comparator<TablePath> ORDER =
      Comparator.comparing(TablePath::component).thenComparing(TablePath::table);

  public TablePath {
    if (!isComponentPath(component)) {
      throw new IllegalArgumentException("Not a component path: '" + component + "'");
    }
    if (!isTableName(table)) {
      throw new IllegalArgumentException(
          "Not a table name (letters, digits, '_', not first): '" + table + "'");
    }
  }

  /** A table of the root component. */
  public static TablePath root(String table) {
    return new TablePath("", table);
  }

  static boolean isTableName(String name) {
    return TABLE.matcher(name).matches();
  }

  static boolean isComponentPath(String path) {
    return COMPONENT.matcher(path).matches();
  }

  @Override
  public int compareTo(TablePath other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return component.isEmpty() ? table : component + "/" + table;
  }
}
