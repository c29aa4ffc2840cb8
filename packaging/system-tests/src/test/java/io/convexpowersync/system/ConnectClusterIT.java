package io.convexpowersync.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.storage.VerificationReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both plugins in a real Kafka Connect worker with a real broker. */
class ConnectClusterIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private EmbeddedConnectCluster connect;
  private ConvexEmulator emulator;
  private Storage storage;

  @BeforeEach
  void start() throws Exception {
    storage = Storage.start();
    emulator = ConvexEmulator.start();
    Properties broker = new Properties();
    broker.put("transaction.state.log.replication.factor", "1");
    broker.put("transaction.state.log.min.isr", "1");
    broker.put("offsets.topic.replication.factor", "1");
    broker.put("group.initial.rebalance.delay.ms", "0");
    Map<String, String> worker = new HashMap<>();
    worker.put("plugin.discovery", "service_load");
    worker.put("exactly.once.source.support", "enabled");
    worker.put("offset.flush.interval.ms", "1000");
    connect =
        new EmbeddedConnectCluster.Builder()
            .name("convex")
            .numWorkers(1)
            .numBrokers(1)
            .brokerProps(broker)
            .workerProps(worker)
            .build();
    connect.start();
  }

  @AfterEach
  void stop() throws Exception {
    connect.stop();
    emulator.close();
    storage.close();
  }

  @Test
  void aDeploymentArrivesInBucketStorageThroughKafkaAndStaysInStep() throws Exception {
    TodoWorkload workload = new TodoWorkload(emulator, 2);
    workload.populate(10, 30, 3_000);
    connect.configureConnector("convex", source());
    connect.configureConnector("powersync", sink());
    storage.awaitHead(emulator, LIMIT);
    assertThat(storage.verify(emulator).rows()).isGreaterThan(3_000);

    for (int i = 0; i < 200; i++) {
      workload.mutate();
    }
    storage.awaitHead(emulator, LIMIT);
    storage.verify(emulator);

    connect.restartConnectorAndTasks("convex", false, true, false);
    connect.restartConnectorAndTasks("powersync", false, true, false);
    for (int i = 0; i < 200; i++) {
      workload.mutate();
    }
    storage.awaitHead(emulator, LIMIT);
    VerificationReport report = storage.verify(emulator);
    assertThat(report.buckets()).isGreaterThan(30);
    assertThat(emulator.counters().requests("/api/list_snapshot")).isLessThan(20);
  }

  private Map<String, String> source() {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "io.convexpowersync.source.ConvexSourceConnector");
    config.put("tasks.max", "1");
    config.put("deployment.url", emulator.url());
    config.put("deploy.key", emulator.adminKey());
    config.put("topic.prefix", "app");
    config.put("log.topic", "true");
    config.put("table.topics", "true");
    config.put("poll.interval.ms", "100");
    config.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("topic.creation.default.replication.factor", "1");
    config.put("topic.creation.default.partitions", "3");
    config.put("topic.creation.groups", "log");
    config.put("topic.creation.log.include", "app\\.log");
    config.put("topic.creation.log.replication.factor", "1");
    config.put("topic.creation.log.partitions", "1");
    config.put("topic.creation.log.cleanup.policy", "compact");
    return config;
  }

  private Map<String, String> sink() {
    return new HashMap<>(
        Map.of(
            "connector.class", "io.convexpowersync.sink.PowerSyncSinkConnector",
            "tasks.max", "1",
            "topics", "app.log",
            "storage.url", storage.jdbcUrl(),
            "storage.user", "postgres",
            "storage.password", "postgres",
            "key.converter", "org.apache.kafka.connect.json.JsonConverter",
            "value.converter", "org.apache.kafka.connect.json.JsonConverter",
            "consumer.override.isolation.level", "read_committed"));
  }
}
