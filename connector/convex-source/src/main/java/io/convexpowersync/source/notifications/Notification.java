package io.convexpowersync.source.notifications;

import java.util.Map;

/**
 * Something that operators may want to know, in the form of Debezium's notifications.
 *
 * @param id unique
 * @param aggregateType what it is about, such as {@code Initial Snapshot}
 * @param type what happened to it, such as {@code STARTED}
 * @param additionalData details
 * @param timestampMs when (ms since the Unix epoch)
 */
record Notification(
    String id,
    String aggregateType,
    String type,
    Map<String, String> additionalData,
    long timestampMs) {
  /** As Debezium writes it to the log. */
  @Override
  public String toString() {
    return "{id='%s', aggregateType='%s', type='%s', additionalData=%s, timestamp=%d}"
        .formatted(id, aggregateType, type, additionalData, timestampMs);
  }
}
