package io.convexpowersync.source.records;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;

/**
 * A record without its offset.
 *
 * @param topic where it goes
 * @param partition which partition; null to let the producer choose by the key
 * @param key its key
 * @param valueSchema schema of the value; null if it has none
 * @param value its value; null for a tombstone
 * @param timestampMs its time (ms since the Unix epoch)
 * @param headers its headers; null for none
 */
public record Draft(
    String topic,
    Integer partition,
    Struct key,
    Schema valueSchema,
    Struct value,
    long timestampMs,
    ConnectHeaders headers) {
  /** A record with a value, and without headers. */
  public static Draft of(
      String topic, Integer partition, Struct key, Struct value, long timestampMs) {
    return new Draft(topic, partition, key, value.schema(), value, timestampMs, null);
  }

  /** The same key in the same place, without a value. */
  Draft tombstone() {
    return new Draft(topic, partition, key, null, null, timestampMs, headers);
  }
}
