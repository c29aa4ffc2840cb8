package io.convexpowersync.source;

import io.convexpowersync.events.SourceOffsetCodec;
import io.convexpowersync.source.struct.ShapeOffsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a Convex deployment into Kafka: a snapshot at one timestamp, then every commit.
 *
 * <p>The commit log of a deployment is totally ordered, so there is one task. Offsets are stored
 * under the partition {@code {"deployment": <topic.prefix>}}.
 */
public final class ConvexSourceConnector extends SourceConnector {
  private static final Logger LOG = LoggerFactory.getLogger(ConvexSourceConnector.class);
  private static final String TASKS_MAX = "tasks.max";

  private Map<String, String> properties = Map.of();

  @Override
  public String version() {
    return Version.get();
  }

  @Override
  public ConfigDef config() {
    return SourceConfigDef.create();
  }

  @Override
  public Class<? extends Task> taskClass() {
    return ConvexSourceTask.class;
  }

  @Override
  public void start(Map<String, String> properties) {
    this.properties = Map.copyOf(properties);
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    if (maxTasks > 1) {
      LOG.warn(
          "{}={}, but a deployment's log is one ordered stream: there is one task",
          TASKS_MAX,
          maxTasks);
    }
    return List.of(properties);
  }

  @Override
  public void stop() {
    // Nothing is held: the task does everything.
  }

  /** Checks the values, then, if they are valid, tries them on the deployment. */
  @Override
  public Config validate(Map<String, String> properties) {
    Config config = super.validate(properties);
    try {
      Map<String, Object> values = new LinkedHashMap<>();
      config.configValues().forEach(value -> values.put(value.name(), value.value()));
      report(config, SourceConfig.crossChecks(values, properties));
      if (config.configValues().stream().allMatch(value -> value.errorMessages().isEmpty())) {
        report(config, new DeploymentCheck(new SourceConfig(properties)).problems());
      }
    } catch (RuntimeException e) {
      // A validation that throws becomes an error 500 without a word; this one says what happened.
      LOG.error("The validation failed in an unexpected way", e);
      report(
          config,
          Map.of(
              SourceConfigDef.DEPLOYMENT_URL,
              "The configuration could not be tried, because of a fault of the connector ("
                  + e.getClass().getSimpleName()
                  + "); report it with the worker's log"));
    }
    return config;
  }

  private static void report(Config config, Map<String, String> problems) {
    for (ConfigValue value : config.configValues()) {
      if (problems.containsKey(value.name())) {
        value.addErrorMessage(problems.get(value.name()));
      }
    }
  }

  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> properties) {
    return ExactlyOnceSupport.SUPPORTED;
  }

  @Override
  public ConnectorTransactionBoundaries canDefineTransactionBoundaries(
      Map<String, String> properties) {
    return ConnectorTransactionBoundaries.SUPPORTED;
  }

  /** Accepts offsets that the task can read, and null, which deletes one. */
  @Override
  public boolean alterOffsets(
      Map<String, String> properties, Map<Map<String, ?>, Map<String, ?>> offsets) {
    for (Map.Entry<Map<String, ?>, Map<String, ?>> entry : offsets.entrySet()) {
      if (entry.getValue() == null) {
        continue;
      }
      try {
        if (isShape(properties, entry.getKey())) {
          ShapeOffsets.known(entry.getValue());
          continue;
        }
        checkPartition(properties, entry.getKey());
        SourceOffsetCodec.decode(entry.getValue());
      } catch (IllegalArgumentException e) {
        throw new ConnectException(e.getMessage(), e);
      }
    }
    return true;
  }

  private static boolean isShape(Map<String, String> properties, Map<String, ?> partition) {
    String prefix = properties.getOrDefault(SourceConfigDef.TOPIC_PREFIX, "");
    return ShapeOffsets.isPartition(prefix, partition);
  }

  private static void checkPartition(Map<String, String> properties, Map<String, ?> partition) {
    String prefix = properties.get(SourceConfigDef.TOPIC_PREFIX);
    if (prefix == null) {
      throw new ConfigException("topic.prefix is missing, so the partition cannot be checked");
    }
    if (!SourcePartition.of(prefix).equals(partition)) {
      throw new ConnectException(
          "The connector's source partition is {\"%s\": \"%s\"}, and not %s"
              .formatted(SourcePartition.KEY, prefix, partition));
    }
  }
}
