package io.convexpowersync.client;

import java.util.Comparator;

/**
 * A table of a deployment, as the export API names it.
 *
 * @param component component path, {@code ""} for the root app
 * @param table table name
 */
public record TableRef(String component, String table) {
  /** By component, then by name. */
  static final Comparator<TableRef> ORDER =
      Comparator.comparing(TableRef::component).thenComparing(TableRef::table);
}
