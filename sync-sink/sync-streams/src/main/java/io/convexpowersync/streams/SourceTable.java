package io.convexpowersync.streams;

/** Where a source row lives. */
record SourceTable(String connectionTag, String schema, String name) {
  static final String DEFAULT_TAG = "default";
  static final String CONVEX_SCHEMA = "convex";

  /** Its rows are requests for write checkpoints, not data; no pattern selects it. */
  private static final String CHECKPOINTS = "powersync_checkpoints";

  /** A table of the deployment's root component. */
  static SourceTable root(String name) {
    return new SourceTable(DEFAULT_TAG, CONVEX_SCHEMA, name);
  }

  boolean isCheckpoints() {
    return name.equals(CHECKPOINTS);
  }
}
