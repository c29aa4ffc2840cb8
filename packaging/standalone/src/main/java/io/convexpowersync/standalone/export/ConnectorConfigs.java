package io.convexpowersync.standalone.export;

import io.convexpowersync.standalone.config.PipelineConfig;
import io.convexpowersync.standalone.config.PostgresAddress;
import io.convexpowersync.standalone.config.SchemaMode;
import io.convexpowersync.standalone.config.SourceSettings;
import io.convexpowersync.standalone.config.StorageSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The same pipeline in a Kafka Connect cluster: configurations of the two connectors. Secrets are
 * never copied; they become references that the worker's FileConfigProvider resolves.
 */
public final class ConnectorConfigs {
  private static final String SECRETS = "${file:/etc/kafka-connect/secrets.properties:%s}";
  private static final String CONVERTER = "org.apache.kafka.connect.json.JsonConverter";

  private final PipelineConfig pipeline;
  private final String prefix;

  /**
   * @param prefix the topic prefix, also the beginning of the connectors' names
   */
  public ConnectorConfigs(PipelineConfig pipeline, String prefix) {
    this.pipeline = pipeline;
    this.prefix = prefix;
  }

  /** Configuration of the source connector. */
  public Map<String, String> source() {
    SourceSettings source = pipeline.source();
    Map<String, String> config = new LinkedHashMap<>();
    config.put("connector.class", "io.convexpowersync.source.ConvexSourceConnector");
    config.put("tasks.max", "1");
    config.put("deployment.url", source.url());
    config.put("deploy.key", SECRETS.formatted("convex.deploy.key"));
    config.put("topic.prefix", prefix);
    if (!source.include().isEmpty()) {
      config.put("table.include.list", String.join(",", source.include()));
    }
    if (!source.exclude().isEmpty()) {
      config.put("table.exclude.list", String.join(",", source.exclude()));
    }
    config.put("snapshot.mode", source.snapshotMode().text());
    config.put("table.topics", "false");
    config.put("log.topic", "true");
    putConverters(config);
    config.put("topic.creation.default.replication.factor", "-1");
    config.put("topic.creation.default.partitions", "1");
    config.put("topic.creation.default.cleanup.policy", "compact");
    config.put("topic.creation.groups", "log");
    config.put(
        "topic.creation.log.include", Pattern.compile("\\.").matcher(log()).replaceAll("\\\\."));
    config.put("topic.creation.log.replication.factor", "-1");
    config.put("topic.creation.log.partitions", "1");
    config.put("topic.creation.log.cleanup.policy", "compact");
    config.put("producer.override.batch.size", "131072");
    return config;
  }

  /** Configuration of the sink connector. */
  public Map<String, String> sink() {
    Map<String, String> config = new LinkedHashMap<>();
    config.put("connector.class", "io.convexpowersync.sink.PowerSyncSinkConnector");
    config.put("tasks.max", "1");
    config.put("topics", log());
    putStorage(config);
    putConverters(config);
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("consumer.override.max.poll.records", "5000");
    return config;
  }

  /** The log's form is fixed: a schema in each record would only make it several times larger. */
  private static void putConverters(Map<String, String> config) {
    for (String part : List.of("key", "value")) {
      config.put(part + ".converter", CONVERTER);
      config.put(part + ".converter.schemas.enable", "false");
    }
  }

  private void putStorage(Map<String, String> config) {
    String password = SECRETS.formatted("powersync.storage.password");
    if (pipeline.storage() instanceof StorageSettings.External external) {
      PostgresAddress address = external.address();
      config.put("connection.url", address.jdbcUrl());
      config.put("connection.user", address.user().orElse("powersync"));
      config.put("connection.password", password);
      config.put("schema.mode", external.schemaMode() == SchemaMode.CREATE ? "create" : "require");
      return;
    }
    // The embedded server ends with its runner: a cluster needs one that stays.
    config.put("connection.url", "jdbc:postgresql://db.example.com:5432/powersync");
    config.put("connection.user", "powersync");
    config.put("connection.password", password);
    config.put("schema.mode", "create");
  }

  /** Whether the storage must be replaced by one that a cluster can reach. */
  public boolean needsDatabase() {
    return pipeline.storage() instanceof StorageSettings.Embedded;
  }

  private String log() {
    return prefix + ".log";
  }
}
