package io.convexpowersync.source.signals;

import java.util.Map;

/**
 * Where signals are read from Kafka.
 *
 * @param topic the topic, of one partition
 * @param key the key of the messages that are for this connector
 * @param consumer the consumer's configuration. May hold secrets
 */
public record KafkaSignalSettings(String topic, String key, Map<String, Object> consumer) {
  @Override
  public String toString() {
    return "KafkaSignalSettings[topic=%s, key=%s]".formatted(topic, key);
  }
}
