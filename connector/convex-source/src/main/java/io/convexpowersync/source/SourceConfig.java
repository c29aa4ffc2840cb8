package io.convexpowersync.source;

import io.convexpowersync.client.ClientTimeouts;
import io.convexpowersync.client.ConvexClientConfig;
import io.convexpowersync.client.DeployKey;
import io.convexpowersync.client.DeploymentUrl;
import io.convexpowersync.client.DocumentFormat;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableTopicFormat;
import io.convexpowersync.events.TopicNames;
import io.convexpowersync.source.columns.ColumnFilter;
import io.convexpowersync.source.metrics.MetricsNames;
import io.convexpowersync.source.notifications.NotificationSettings;
import io.convexpowersync.source.records.Documents;
import io.convexpowersync.source.records.RecordSettings;
import io.convexpowersync.source.records.SizeLimit;
import io.convexpowersync.source.signals.KafkaSignalSettings;
import io.convexpowersync.source.stream.DropHandling;
import io.convexpowersync.source.stream.SnapshotMode;
import io.convexpowersync.source.stream.StreamSettings;
import io.convexpowersync.source.struct.StructLimits;
import io.convexpowersync.source.struct.StructTables;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** The connector's configuration, parsed. Never prints the deploy key. */
final class SourceConfig {
  private static final String ERRORS_TOLERANCE = "errors.tolerance";

  /** For a program that runs several tasks of one source, of which one counts. */
  private static final String SHARED_METRICS = "internal.metrics.shared";

  private static final int MAX_CONNECT_MS = 10_000;
  private static final int MAX_CALL_MS = 30_000;

  private final Map<String, Object> values;
  private final OptionalLong maxRecordBytes;
  private final Optional<KafkaSignalSettings> signalTopic;
  private final boolean sharesMetrics;

  /**
   * Parses and checks.
   *
   * @throws ConfigException when a value is missing or not valid
   */
  SourceConfig(Map<String, String> properties) {
    this.values = SourceConfigDef.create().parse(properties);
    this.signalTopic = ChannelKeys.signalTopic(values, properties);
    this.maxRecordBytes = OutputKeys.maxRecordBytes(values, properties);
    this.sharesMetrics = Boolean.parseBoolean(properties.get(SHARED_METRICS));
    crossChecks(values, properties)
        .forEach(
            (key, problem) -> {
              throw new ConfigException(key + ": " + problem);
            });
  }

  /**
   * What is wrong with valid values in combination, by the key at fault.
   *
   * @param values the connector's own keys, parsed
   * @param properties everything that was configured, also Connect's own keys
   */
  static Map<String, String> crossChecks(
      Map<String, Object> values, Map<String, String> properties) {
    Map<String, String> problems = new LinkedHashMap<>();
    if (Boolean.FALSE.equals(values.get(SourceConfigDef.TABLE_TOPICS))
        && Boolean.FALSE.equals(values.get(SourceConfigDef.LOG_TOPIC))) {
      problems.put(
          SourceConfigDef.TABLE_TOPICS,
          "table.topics and log.topic are both off, so nothing would be written; turn one on");
    }
    if (!isBlank(values.get(SourceConfigDef.TABLE_INCLUDE_LIST))
        && !isBlank(values.get(SourceConfigDef.TABLE_EXCLUDE_LIST))) {
      problems.put(
          SourceConfigDef.TABLE_EXCLUDE_LIST,
          "table.include.list and table.exclude.list cannot be used together; keep one");
    }
    keyProblems(values, problems);
    lossProblems(values, properties, problems);
    problems.putAll(ChannelKeys.problems(values));
    return problems;
  }

  private static void keyProblems(Map<String, Object> values, Map<String, String> problems) {
    if (versionedKeys(values)
        && Integer.valueOf(0).equals(values.get(OutputKeys.TABLE_TOPIC_PARTITIONS))) {
      problems.put(
          OutputKeys.TABLE_TOPIC_PARTITIONS,
          "With key.fields=_id,_ts the versions of a document have different keys, so the producer"
              + " would spread them over the partitions. Say how many partitions the table topics"
              + " have, such as 1; the connector then chooses by _id");
    }
    if (Boolean.FALSE.equals(values.get(SourceConfigDef.TABLE_TOPICS))
        && Boolean.TRUE.equals(values.get(OutputKeys.PROVIDE_TRANSACTION_METADATA))) {
      problems.put(
          OutputKeys.PROVIDE_TRANSACTION_METADATA,
          "It describes table topics, and table.topics is off; the log topic has markers instead");
    }
  }

  /** The log topic must not lack a document. */
  private static void lossProblems(
      Map<String, Object> values, Map<String, String> properties, Map<String, String> problems) {
    boolean log = Boolean.TRUE.equals(values.get(SourceConfigDef.LOG_TOPIC));
    if (log && "all".equalsIgnoreCase(properties.get(ERRORS_TOLERANCE))) {
      problems.put(
          SourceConfigDef.LOG_TOPIC,
          "With errors.tolerance=all Connect would leave out records that a converter or the"
              + " producer refuses, unseen by the connector, and the log topic must not lack one;"
              + " remove errors.tolerance");
    }
    if (skipsLargeRecords(values) && log) {
      problems.put(
          OutputKeys.TOO_LARGE_HANDLING,
          "The log topic must not lack a document, so with log.topic=true only fail is possible");
    } else if (skipsLargeRecords(values)
        && OutputKeys.maxRecordBytes(values, properties).isEmpty()) {
      problems.put(
          OutputKeys.RECORD_MAX_BYTES,
          "record.too.large.handling=skip needs a limit, here or as"
              + " producer.override.max.request.size; Kafka's default for the latter is 1048576");
    }
  }

  private static boolean isBlank(Object value) {
    return !(value instanceof String text) || text.isBlank();
  }

  /** How to reach the deployment. */
  ConvexClientConfig client() {
    int stallMs = (Integer) values.get(SourceConfigDef.REQUEST_TIMEOUT_MS);
    return new ConvexClientConfig(
        DeploymentUrl.parse(text(SourceConfigDef.DEPLOYMENT_URL)),
        DeployKey.parse(((Password) values.get(SourceConfigDef.DEPLOY_KEY)).value()),
        new ClientTimeouts(
            Math.min(stallMs, MAX_CONNECT_MS), Math.min(stallMs, MAX_CALL_MS), stallMs),
        DocumentFormat.EXPORT_JSON,
        Version.get());
  }

  TopicNames topics() {
    return new TopicNames(text(SourceConfigDef.TOPIC_PREFIX));
  }

  MetricsNames metrics() {
    return new MetricsNames(topics().prefix(), sharesMetrics);
  }

  TableFilter tables() {
    return new TableFilter(
        text(SourceConfigDef.TABLE_INCLUDE_LIST), text(SourceConfigDef.TABLE_EXCLUDE_LIST));
  }

  ColumnFilter columns() {
    return new ColumnFilter(TableFilter.patterns(text(SourceConfigDef.COLUMN_EXCLUDE_LIST)));
  }

  /** {@code table.include.list}. */
  String includedTables() {
    return text(SourceConfigDef.TABLE_INCLUDE_LIST);
  }

  /** The table of signals, if signals are read from one. */
  Optional<TableId> signalTable() {
    return ChannelKeys.signalTable(values);
  }

  /** The topic of signals, if signals are read from one. */
  Optional<KafkaSignalSettings> signalTopic() {
    return signalTopic;
  }

  NotificationSettings notifications() {
    return ChannelKeys.notifications(values);
  }

  /** What the change stream has to know. */
  StreamSettings stream() {
    long heartbeatMs = number(SourceConfigDef.HEARTBEAT_INTERVAL_MS);
    return new StreamSettings(
        tables(),
        tables().fingerprint(),
        SnapshotMode.parse(lowerCase(SourceConfigDef.SNAPSHOT_MODE)),
        // Without a log topic a marker only becomes a heartbeat.
        logTopic() ? number(SourceConfigDef.RESOLVED_INTERVAL_MS) : heartbeatMs,
        heartbeatMs,
        logTopic(),
        DropHandling.parse(text(SourceConfigDef.TABLE_DROP_HANDLING)),
        number(SourceConfigDef.TABLE_DROP_CHECK_INTERVAL_MS));
  }

  boolean tableTopics() {
    return (Boolean) values.get(SourceConfigDef.TABLE_TOPICS);
  }

  boolean logTopic() {
    return (Boolean) values.get(SourceConfigDef.LOG_TOPIC);
  }

  /** What table topics look like. */
  RecordSettings records() {
    int partitions = (Integer) values.get(OutputKeys.TABLE_TOPIC_PARTITIONS);
    return new RecordSettings(
        topics(),
        new TableTopicFormat(lowerCase(OutputKeys.OP_FOR_WRITES), versionedKeys(values)),
        partitions == 0 ? OptionalInt.empty() : OptionalInt.of(partitions),
        (Boolean) values.get(SourceConfigDef.TOMBSTONES_ON_DELETE),
        (Boolean) values.get(OutputKeys.PROVIDE_TRANSACTION_METADATA));
  }

  /**
   * How documents are written to table topics.
   *
   * @param stored the stored offset of a source partition
   */
  Documents documents(Function<Map<String, String>, Map<String, Object>> stored) {
    if (!lowerCase(OutputKeys.DOCUMENT_FORMAT).equals(OutputKeys.STRUCT)) {
      return Documents.json();
    }
    StructLimits limits =
        new StructLimits(
            (Integer) values.get(OutputKeys.STRUCT_MAX_FIELDS),
            (Integer) values.get(OutputKeys.STRUCT_MAX_DEPTH));
    return Documents.structs(new StructTables(topics(), limits, stored));
  }

  SizeLimit sizeLimit() {
    return new SizeLimit(maxRecordBytes, skipsLargeRecords(values));
  }

  private static boolean versionedKeys(Map<String, Object> values) {
    return OutputKeys.EVERY_VERSION.equalsIgnoreCase((String) values.get(OutputKeys.KEY_FIELDS));
  }

  private static boolean skipsLargeRecords(Map<String, Object> values) {
    return OutputKeys.SKIP.equalsIgnoreCase((String) values.get(OutputKeys.TOO_LARGE_HANDLING));
  }

  long pollIntervalMs() {
    return number(SourceConfigDef.POLL_INTERVAL_MS);
  }

  long heartbeatIntervalMs() {
    return number(SourceConfigDef.HEARTBEAT_INTERVAL_MS);
  }

  long watchdogTimeoutMs() {
    return number(SourceConfigDef.WATCHDOG_TIMEOUT_MS);
  }

  long maxBatchBytes() {
    return number(SourceConfigDef.MAX_BATCH_BYTES);
  }

  long retentionMs() {
    return number(SourceConfigDef.RETENTION_MS);
  }

  RetrySettings retries() {
    return new RetrySettings(
        number(SourceConfigDef.RETRY_TIMEOUT_MS),
        number(SourceConfigDef.RETRY_FIRST_PAUSE_MS),
        number(SourceConfigDef.RETRY_LONGEST_PAUSE_MS));
  }

  private String text(String key) {
    return (String) values.get(key);
  }

  private String lowerCase(String key) {
    return text(key).toLowerCase(Locale.ROOT);
  }

  private long number(String key) {
    return (Long) values.get(key);
  }
}
