package io.convexpowersync.emulator;

/** What a function may do, and which endpoint calls it. */
public enum FunctionKind {
  /** Reads. */
  QUERY,
  /** Reads and writes, as one commit. */
  MUTATION,
  /** Runs outside the database; here its writes are one commit like a mutation's. */
  ACTION
}
