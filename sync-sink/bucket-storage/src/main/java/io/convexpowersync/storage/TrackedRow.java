package io.convexpowersync.storage;

import io.convexpowersync.streams.SourceKey;

/** A source row during one transaction: its state in the database, and as the changes left it. */
final class TrackedRow {
  private final SourceTable table;
  private final String id;
  private final byte[] key;
  private boolean known;
  private RowState stored;
  private RowState current;

  TrackedRow(SourceTable table, String id) {
    this.table = table;
    this.id = id;
    this.key = SourceKey.encode(id);
  }

  SourceTable table() {
    return table;
  }

  String id() {
    return id;
  }

  /** {@code source_key}; do not modify. */
  byte[] key() {
    return key;
  }

  /** Null while the database does not know the row. */
  RowState stored() {
    return stored;
  }

  /** Whether it is known what the database holds: nothing needs to be looked up. */
  boolean isKnown() {
    return known;
  }

  /** The database holds nothing of the row, unless {@link #stored} says so. */
  void known() {
    known = true;
  }

  void stored(RowState state) {
    known = true;
    stored = state;
    current = state;
  }

  /** Null for a row that is not, or no more. */
  RowState current() {
    return current;
  }

  void current(RowState state) {
    current = state;
  }
}
