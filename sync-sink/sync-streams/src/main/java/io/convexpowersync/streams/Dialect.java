package io.convexpowersync.streams;

import java.util.Map;

/** What differs between the plans of edition 3 and what bucket definitions are compiled to. */
enum Dialect {
  /** Sync Streams, edition 3: what the Service stores. */
  STREAMS,
  /** Bucket definitions, editions 1 and 2: made here, never stored. */
  BUCKET_DEFINITIONS;

  /** Whether a call with too few arguments is refused; otherwise they are absent. */
  boolean countsArguments() {
    return this == STREAMS;
  }

  Map<String, Operators.Binary> operators() {
    return this == STREAMS ? Operators.BINARY : Operators.WITH_INEQUALITY;
  }

  /** Whether a column that is a blob, and not synced, hides an earlier one of its name. */
  boolean blobsOverwrite() {
    return this == BUCKET_DEFINITIONS;
  }

  /** Whether a table can be of another connection than the default one. */
  boolean hasConnections() {
    return this == BUCKET_DEFINITIONS;
  }

  /** Whether sources may have a condition instead of filters and partitions. */
  boolean hasConditions() {
    return this == BUCKET_DEFINITIONS;
  }
}
