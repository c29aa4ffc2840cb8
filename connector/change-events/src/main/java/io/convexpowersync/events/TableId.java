package io.convexpowersync.events;

import java.util.Comparator;

/**
 * A table of a deployment.
 *
 * @param component path of the component, {@code ""} for the root app, nested ones as {@code
 *     parent/child}
 * @param table name of the table
 */
public record TableId(String component, String table) implements Comparable<TableId> {
  private static final Comparator<TableId> ORDER =
      Comparator.comparing(TableId::component).thenComparing(TableId::table);

  /** The table to which PowerSync's marker mutation writes. Its rows are never data. */
  public static final TableId POWERSYNC_CHECKPOINTS = root("powersync_checkpoints");

  /** A table of the root app. */
  public static TableId root(String table) {
    return new TableId("", table);
  }

  /** The inverse of {@link #toString}: {@code table} or {@code component/table}. */
  public static TableId parse(String text) {
    int slash = text.lastIndexOf('/');
    return slash < 0
        ? root(text)
        : new TableId(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public int compareTo(TableId other) {
    return ORDER.compare(this, other);
  }

  /** As users write it: {@code table} or {@code component/table}. */
  @Override
  public String toString() {
    return component.isEmpty() ? table : component + "/" + table;
  }
}
