package io.convexpowersync.events;

/**
 * What users choose of the records in table topics.
 *
 * @param writeOp {@code op} of a write that was read from the log: {@code u} or {@code c}
 * @param versionedKeys whether the key is {@code {_id, _ts}} instead of {@code {_id}}, so that
 *     every version of a document has a key of its own
 */
public record TableTopicFormat(String writeOp, boolean versionedKeys) {
  /** Debezium's: an update, keyed by document. */
  public static final TableTopicFormat STANDARD = new TableTopicFormat("u", false);
}
