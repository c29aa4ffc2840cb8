package io.convexpowersync.source;

import io.convexpowersync.client.ClientTimeouts;
import io.convexpowersync.client.ConvexClientConfig;
import io.convexpowersync.client.DeployKey;
import io.convexpowersync.client.DeploymentUrl;
import io.convexpowersync.client.DocumentFormat;
import io.convexpowersync.events.TopicNames;
import io.convexpowersync.source.columns.ColumnFilter;
import io.convexpowersync.source.stream.SnapshotMode;
import io.convexpowersync.source.stream.StreamSettings;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** The connector's configuration, parsed. Never prints the deploy key. */
final class SourceConfig {
  private static final int MAX_CONNECT_MS = 10_000;
  private static final int MAX_CALL_MS = 30_000;

  private final Map<String, Object> values;

  /**
   * Parses and checks.
   *
   * @throws ConfigException when a value is missing or not valid
   */
  SourceConfig(Map<String, String> properties) {
    this.values = SourceConfigDef.create().parse(properties);
    crossChecks(values)
        .forEach(
            (key, problem) -> {
              throw new ConfigException(key + ": " + problem);
            });
  }

  /** What is wrong with valid values in combination, by the key at fault. */
  static Map<String, String> crossChecks(Map<String, Object> values) {
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
    return problems;
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

  TableFilter tables() {
    return new TableFilter(
        text(SourceConfigDef.TABLE_INCLUDE_LIST), text(SourceConfigDef.TABLE_EXCLUDE_LIST));
  }

  ColumnFilter columns() {
    return new ColumnFilter(TableFilter.patterns(text(SourceConfigDef.COLUMN_EXCLUDE_LIST)));
  }

  boolean restrictsTables() {
    return !text(SourceConfigDef.TABLE_INCLUDE_LIST).isBlank();
  }

  /** What the change stream has to know. */
  StreamSettings stream() {
    long heartbeatMs = number(SourceConfigDef.HEARTBEAT_INTERVAL_MS);
    return new StreamSettings(
        tables(),
        tables().fingerprint(),
        SnapshotMode.parse(text(SourceConfigDef.SNAPSHOT_MODE).toLowerCase(Locale.ROOT)),
        // Without a log topic a marker only becomes a heartbeat.
        logTopic() ? number(SourceConfigDef.RESOLVED_INTERVAL_MS) : heartbeatMs,
        heartbeatMs,
        logTopic());
  }

  boolean tableTopics() {
    return (Boolean) values.get(SourceConfigDef.TABLE_TOPICS);
  }

  boolean logTopic() {
    return (Boolean) values.get(SourceConfigDef.LOG_TOPIC);
  }

  boolean tombstonesOnDelete() {
    return (Boolean) values.get(SourceConfigDef.TOMBSTONES_ON_DELETE);
  }

  long pollIntervalMs() {
    return number(SourceConfigDef.POLL_INTERVAL_MS);
  }

  long heartbeatIntervalMs() {
    return number(SourceConfigDef.HEARTBEAT_INTERVAL_MS);
  }

  long maxBatchBytes() {
    return number(SourceConfigDef.MAX_BATCH_BYTES);
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

  private long number(String key) {
    return (Long) values.get(key);
  }
}
