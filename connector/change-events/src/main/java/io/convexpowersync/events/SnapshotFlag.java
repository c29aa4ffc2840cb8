package io.convexpowersync.events;

/** The place of a table topic's record in a snapshot: Debezium's {@code source.snapshot}. */
public enum SnapshotFlag {
  /** Not of a snapshot. */
  NONE("false"),
  /** The first record of a snapshot. */
  FIRST("first"),
  /** Any other record of a snapshot. */
  TRUE("true"),
  /** The last record of its table in a snapshot. */
  LAST_IN_TABLE("last_in_data_collection"),
  /** The last record of a snapshot. */
  LAST("last");

  private final String text;

  SnapshotFlag(String text) {
    this.text = text;
  }

  /** As it stands in records. */
  public String text() {
    return text;
  }
}
