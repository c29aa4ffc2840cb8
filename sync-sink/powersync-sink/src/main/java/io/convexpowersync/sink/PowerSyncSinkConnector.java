package io.convexpowersync.sink;

import io.convexpowersync.storage.StorageConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka Connect sink that evaluates Sync Streams over a Convex log topic and fills PowerSync bucket
 * storage, from which an unmodified PowerSync Service in API role serves clients.
 *
 * <p>One connector, one task, one log topic, one bucket storage: the storage has one serial writer.
 */
public final class PowerSyncSinkConnector extends SinkConnector {
  private static final Logger LOG = LoggerFactory.getLogger(PowerSyncSinkConnector.class);
  private static final String TOPICS = "topics";
  private static final String TOPICS_REGEX = "topics.regex";

  private Map<String, String> properties;

  @Override
  public String version() {
    return SinkVersion.get();
  }

  @Override
  public ConfigDef config() {
    return PowerSyncSinkConfig.DEFINITION;
  }

  @Override
  public Class<? extends Task> taskClass() {
    return PowerSyncSinkTask.class;
  }

  @Override
  public void start(Map<String, String> props) {
    properties = Map.copyOf(props);
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    if (maxTasks > 1) {
      LOG.warn("tasks.max is {}, but bucket storage has one writer: one task is started", maxTasks);
    }
    return List.of(properties);
  }

  @Override
  public void stop() {
    // The connector itself holds nothing.
  }

  @Override
  public boolean alterOffsets(
      Map<String, String> connectorConfig, Map<TopicPartition, Long> offsets) {
    new OffsetChange(connectorConfig.get(TOPICS), RunningSinkTask.owner(connectorConfig))
        .apply(new PowerSyncSinkConfig(connectorConfig), offsets);
    return true;
  }

  @Override
  public Config validate(Map<String, String> props) {
    Config result = super.validate(props);
    checkTopics(result, props);
    checkErrorsTolerance(result, props);
    checkDriverProperties(result, props);
    boolean clean = result.configValues().stream().allMatch(v -> v.errorMessages().isEmpty());
    if (clean) {
      StorageValidation.check(new PowerSyncSinkConfig(props))
          .ifPresent(problem -> blame(result, problem.key(), problem.message()));
    }
    return result;
  }

  private static void checkTopics(Config result, Map<String, String> props) {
    String topics = props.getOrDefault(TOPICS, "");
    if (topics.contains(",") || !props.getOrDefault(TOPICS_REGEX, "").isBlank()) {
      blame(
          result,
          topics.contains(",") ? TOPICS : TOPICS_REGEX,
          "The sink reads exactly one topic, the log topic <topic.prefix>.log: a deployment's"
              + " changes are ordered only inside it");
    }
  }

  private static void checkDriverProperties(Config result, Map<String, String> props) {
    for (String key : props.keySet()) {
      if (SinkConfigDef.isDriverProperty(key, PowerSyncSinkConfig.DEFINITION)
          && !StorageConfig.isDriverProperty(PowerSyncSinkConfig.driverName(key))) {
        blame(
            result,
            key,
            "The PostgreSQL JDBC driver has no property of this name. What begins with"
                + " \"connection.\" and is no key of the sink's is passed to the driver");
      }
    }
  }

  private static void checkErrorsTolerance(Config result, Map<String, String> props) {
    boolean allowed = Boolean.parseBoolean(props.get(SinkConfigDef.INCOMPLETE_COMMITS_ALLOWED));
    if ("all".equals(props.get("errors.tolerance")) && !allowed) {
      blame(
          result,
          "errors.tolerance",
          "errors.tolerance=all drops records unseen by the sink, so clients would see mutations"
              + " with parts missing. Use errors.tolerance=none, or accept it with "
              + SinkConfigDef.INCOMPLETE_COMMITS_ALLOWED
              + "=true");
    }
  }

  /** Keys that Connect itself defines are not among our values, but may be blamed all the same. */
  private static void blame(Config result, String key, String message) {
    Optional<ConfigValue> value =
        result.configValues().stream().filter(v -> v.name().equals(key)).findFirst();
    value.orElseGet(() -> addValue(result, key)).addErrorMessage(message);
  }

  private static ConfigValue addValue(Config result, String key) {
    ConfigValue value = new ConfigValue(key);
    result.configValues().add(value);
    return value;
  }
}
