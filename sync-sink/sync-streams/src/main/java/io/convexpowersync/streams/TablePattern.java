package io.convexpowersync.streams;

/**
 * Source tables that a plan names: exact, or every name with a prefix when {@code name} ends in
 * {@code %}. The schema may end in {@code %} too. Case matters.
 *
 * @param connectionTag tag of the connection, {@code default} for Convex
 * @param schema the plan's, or {@code convex} where the plan names none
 * @param name table name, or prefix followed by {@code %}
 */
public record TablePattern(String connectionTag, String schema, String name) {

  /** Whether the pattern means this table of the deployment's root component. */
  public boolean matches(String table) {
    return matches(SourceTable.root(table));
  }

  /** Whether the pattern may mean several tables. */
  public boolean isWildcard() {
    return isWildcard(name);
  }

  boolean matches(SourceTable table) {
    return !table.isCheckpoints()
        && connectionTag.equals(table.connectionTag())
        && matchesSchema(table.schema())
        && matches(name, table.name());
  }

  boolean matchesSchema(String name) {
    return matches(schema, name);
  }

  /** What follows the prefix in the name of a matching table; empty for an exact pattern. */
  String suffixOf(SourceTable table) {
    return isWildcard() ? table.name().substring(name.length() - 1) : "";
  }

  private static boolean matches(String pattern, String text) {
    return isWildcard(pattern)
        ? text.startsWith(pattern.substring(0, pattern.length() - 1))
        : pattern.equals(text);
  }

  private static boolean isWildcard(String pattern) {
    return pattern.endsWith("%");
  }
}
