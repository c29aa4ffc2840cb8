package io.convexpowersync.source.struct;

/**
 * How large a schema may become. What does not fit into it stands as JSON text.
 *
 * @param maxFields most fields of a table's schema, those of nested objects included
 * @param maxDepth how deep objects and lists may be nested and still have types
 */
public record StructLimits(int maxFields, int maxDepth) {
  private static final int NESTED_SHARE = 8;

  /**
   * Most fields of a nested object with everything inside it. An object whose keys are data must
   * not use up the whole schema.
   */
  int maxNestedFields() {
    return Math.max(1, maxFields / NESTED_SHARE);
  }
}
