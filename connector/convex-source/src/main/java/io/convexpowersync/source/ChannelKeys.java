package io.convexpowersync.source;

import io.convexpowersync.events.TableId;
import io.convexpowersync.source.notifications.NotificationSettings;
import io.convexpowersync.source.signals.KafkaSignalSettings;
import io.convexpowersync.source.stream.SnapshotMode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/** The keys of signals and notifications. Their names are Debezium's. */
final class ChannelKeys {
  static final String SIGNAL_CHANNELS = "signal.enabled.channels";
  static final String SIGNAL_TABLE = "signal.data.collection";
  static final String SIGNAL_TOPIC = "signal.kafka.topic";
  static final String SIGNAL_SERVERS = "signal.kafka.bootstrap.servers";
  static final String NOTIFICATION_CHANNELS = "notification.enabled.channels";
  static final String NOTIFICATION_TOPIC = "notification.sink.topic.name";

  private static final String SIGNAL_CONSUMER = "signal.consumer.";
  private static final String SOURCE = "source";
  private static final String KAFKA = "kafka";
  private static final String SINK = "sink";
  private static final String LOG = "log";

  static final List<ConfigKey> ALL =
      List.of(
          ConfigKey.optional(
                  SIGNAL_CHANNELS,
                  Type.LIST,
                  List.of(SOURCE),
                  "Signal channels",
                  """
                Where signals are read: source (documents of signal.data.collection), kafka
                (messages of signal.kafka.topic), or both. Signals have Debezium's form; the
                types execute-snapshot, stop-snapshot and log are known. Snapshots on request are
                blocking: the log waits meanwhile.""")
              .validatedBy(among(Set.of(SOURCE, KAFKA))),
          ConfigKey.optional(
              SIGNAL_TABLE,
              Type.STRING,
              "",
              "Signal table",
              """
                The captured table whose new documents are signals, with the fields id, type and
                data (a JSON object, or its text): table in the root app, component/table in a
                component. Empty: none."""),
          ConfigKey.optional(
              SIGNAL_TOPIC,
              Type.STRING,
              "",
              "Signal topic",
              """
                The topic, of one partition, whose messages are signals. Their key is
                topic.prefix, their value a JSON object with id, type and data. Default:
                <topic.prefix>-signal."""),
          ConfigKey.optional(
              SIGNAL_SERVERS,
              Type.STRING,
              "",
              "Signal brokers",
              """
                Addresses of Kafka brokers (host:port, separated by commas) from which signals are
                read. Other settings of that consumer, such as security.protocol, have the prefix
                signal.consumer. The place in the topic is part of the source offset; the first
                start begins at the end of the topic, or at its beginning with
                signal.consumer.auto.offset.reset=earliest."""),
          ConfigKey.optional(
                  NOTIFICATION_CHANNELS,
                  Type.LIST,
                  List.of(),
                  "Notification channels",
                  """
                Where notifications about snapshots and signals go: sink (the topic
                notification.sink.topic.name), log (the worker's log), or both. They have
                Debezium's form. Empty: nowhere.""")
              .validatedBy(among(Set.of(SINK, LOG))),
          ConfigKey.optional(
              NOTIFICATION_TOPIC,
              Type.STRING,
              "",
              "Notification topic",
              "The topic that gets the notifications of the channel sink."));

  /** What is wrong with valid values in combination, by the key at fault. */
  static Map<String, String> problems(Map<String, Object> values) {
    Map<String, String> problems = new LinkedHashMap<>();
    if (enabled(values, SIGNAL_CHANNELS, KAFKA) && text(values, SIGNAL_SERVERS).isEmpty()) {
      problems.put(
          SIGNAL_SERVERS,
          "signal.enabled.channels has kafka, so the brokers are needed, such as kafka:9092");
    }
    if (enabled(values, NOTIFICATION_CHANNELS, SINK)
        && text(values, NOTIFICATION_TOPIC).isEmpty()) {
      problems.put(
          NOTIFICATION_TOPIC,
          "notification.enabled.channels has sink, so the name of the topic is needed, such as"
              + " convex-notifications");
    }
    signalTable(values).ifPresent(table -> tableProblems(table, values, problems));
    return problems;
  }

  private static void tableProblems(
      TableId table, Map<String, Object> values, Map<String, String> problems) {
    String mode = text(values, SourceConfigDef.SNAPSHOT_MODE);
    if (SnapshotMode.INITIAL_ONLY.text().equalsIgnoreCase(mode)) {
      problems.put(
          SourceConfigDef.SNAPSHOT_MODE,
          "With initial_only the log is not followed, so documents of signal.data.collection are"
              + " never seen; use signal.enabled.channels=kafka, or another mode");
    }
    TableFilter captured =
        new TableFilter(
            text(values, SourceConfigDef.TABLE_INCLUDE_LIST),
            text(values, SourceConfigDef.TABLE_EXCLUDE_LIST));
    if (!captured.test(table)) {
      problems.put(
          SIGNAL_TABLE,
          "The table %s is not captured; let table.include.list or table.exclude.list capture it"
              .formatted(table));
    }
  }

  /** The table of signals, if signals are read from one. */
  static Optional<TableId> signalTable(Map<String, Object> values) {
    return Optional.of(text(values, SIGNAL_TABLE))
        .filter(name -> !name.isEmpty() && enabled(values, SIGNAL_CHANNELS, SOURCE))
        .map(TableId::parse);
  }

  /**
   * The topic of signals, if signals are read from one.
   *
   * @param values the connector's own keys, parsed
   * @param properties everything that was configured
   */
  static Optional<KafkaSignalSettings> signalTopic(
      Map<String, Object> values, Map<String, String> properties) {
    if (!enabled(values, SIGNAL_CHANNELS, KAFKA)) {
      return Optional.empty();
    }
    String prefix = text(values, SourceConfigDef.TOPIC_PREFIX);
    Map<String, Object> consumer = new HashMap<>();
    consumer.put("bootstrap.servers", text(values, SIGNAL_SERVERS));
    consumer.put("client.id", "convex-" + prefix + "-signals");
    consumer.put("enable.auto.commit", "false");
    consumer.put("allow.auto.create.topics", "false");
    properties.forEach(
        (key, value) -> {
          if (key.startsWith(SIGNAL_CONSUMER)) {
            consumer.put(key.substring(SIGNAL_CONSUMER.length()), value);
          }
        });
    String topic = text(values, SIGNAL_TOPIC);
    return Optional.of(
        new KafkaSignalSettings(topic.isEmpty() ? prefix + "-signal" : topic, prefix, consumer));
  }

  /** Where notifications go. */
  static NotificationSettings notifications(Map<String, Object> values) {
    return new NotificationSettings(
        text(values, SourceConfigDef.TOPIC_PREFIX),
        enabled(values, NOTIFICATION_CHANNELS, LOG),
        enabled(values, NOTIFICATION_CHANNELS, SINK)
            ? Optional.of(text(values, NOTIFICATION_TOPIC))
            : Optional.empty());
  }

  private static boolean enabled(Map<String, Object> values, String key, String channel) {
    return values.get(key) instanceof List<?> channels && channels.contains(channel);
  }

  private static String text(Map<String, Object> values, String key) {
    return values.get(key) instanceof String text ? text.trim() : "";
  }

  private static ConfigDef.Validator among(Set<String> known) {
    return (name, value) -> {
      if (value instanceof List<?> channels && !known.containsAll(channels)) {
        throw new ConfigException(name, value, "not a list of these: " + String.join(", ", known));
      }
    };
  }

  private ChannelKeys() {}
}
