package io.convexpowersync.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.storage.VerificationReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both plugins in a real Kafka Connect worker with a real broker, from the example configs. */
class ConnectClusterIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private EmbeddedConnectCluster connect;
  private ConvexEmulator emulator;
  private Storage storage;

  @BeforeEach
  void start() throws Exception {
    storage = Storage.start();
    emulator = ConvexEmulator.start();
    connect = ConnectClusters.start(Map.of(), Map.of());
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

    resetOffsetsOverRest(workload);
    aSecondSinkWaitsAndTakesOver(workload);
  }

  /** What is published stays; what is read again is dropped. */
  private void resetOffsetsOverRest(TodoWorkload workload) throws Exception {
    connect.stopConnector("powersync");
    connect.assertions().assertConnectorIsStopped("powersync", "to change its offsets");
    long operations = storage.verify(emulator).operations();
    assertThatThrownBy(
            () ->
                connect.alterSinkConnectorOffset(
                    "powersync", new TopicPartition("app.log", 0), 1_000_000L))
        .hasMessageContaining("would leave changes out");
    connect.alterSinkConnectorOffset("powersync", new TopicPartition("app.log", 0), 10L);
    connect.resetConnectorOffsets("powersync");
    connect.resumeConnector("powersync");
    workload.mutate();
    storage.awaitHead(emulator, LIMIT);
    assertThat(storage.verify(emulator).operations()).isBetween(operations, operations + 100);
  }

  private void aSecondSinkWaitsAndTakesOver(TodoWorkload workload) throws Exception {
    connect.configureConnector("second", sink());
    connect.assertions().assertConnectorAndExactlyNumTasksAreRunning("second", 1, "it waits");
    workload.mutate();
    storage.awaitHead(emulator, LIMIT);
    assertThat(storage.buckets().overview().streams())
        .singleElement()
        .satisfies(
            stream -> assertThat(stream.lease().orElseThrow().owner()).hasValue("powersync"));
    connect.deleteConnector("powersync");
    workload.mutate();
    storage.awaitHead(emulator, LIMIT);
    storage.verify(emulator);
    connect.assertions().assertConnectorAndExactlyNumTasksAreRunning("second", 1, "it took over");
  }

  private Map<String, String> source() throws IOException {
    Map<String, String> config = example("convex-source.json");
    config.put("deployment.url", emulator.url());
    config.put("deploy.key", emulator.adminKey());
    return config;
  }

  private Map<String, String> sink() throws IOException {
    Map<String, String> config = example("powersync-sink.json");
    config.put("connection.url", storage.jdbcUrl());
    config.put("connection.user", "postgres");
    config.put("connection.password", "postgres");
    return config;
  }

  /** What users start from, as it is in the repository. */
  static Map<String, String> example(String file) throws IOException {
    Path path = Path.of("../../config-examples/kafka-connect").resolve(file);
    JsonNode config = new ObjectMapper().readTree(path.toFile()).get("config");
    return new ObjectMapper().convertValue(config, new TypeReference<HashMap<String, String>>() {});
  }
}
