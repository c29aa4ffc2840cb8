package io.convexpowersync.source;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The keys that say what records look like. */
final class OutputKeys {
  static final List<ConfigKey> ALL =
      List.of(
          ConfigKey.optional(
              SourceConfigDef.TABLE_TOPICS,
              Type.BOOLEAN,
              true,
              "Table topics",
              """
                Whether every table has a topic <prefix>.<component>.<table> with its changes in
                Debezium's envelope; the root app's component is called app."""),
          ConfigKey.optional(
              SourceConfigDef.LOG_TOPIC,
              Type.BOOLEAN,
              false,
              "Log topic",
              """
                Whether all changes go, in order and with markers, to the one partition of
                <prefix>.log, which the PowerSync sink reads. Create that topic with 1 partition
                and cleanup.policy=compact, never compact,delete."""),
          ConfigKey.optional(
              SourceConfigDef.TOMBSTONES_ON_DELETE,
              Type.BOOLEAN,
              true,
              "Tombstones on delete",
              """
                Whether a delete in a table topic is followed by a record without a value, which
                lets Kafka's compaction remove the document."""));

  private OutputKeys() {}
}
