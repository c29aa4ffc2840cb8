package io.convexpowersync.system.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.emulator.ValueFormat;
import io.convexpowersync.system.Storage;
import io.convexpowersync.system.TodoWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ZIPs in stock Kafka Connect workers: processes whose class path holds nothing of ours, driven
 * over REST alone, as users do.
 */
class InstallIT {
  private static final Logger LOG = LoggerFactory.getLogger(InstallIT.class);
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Path JDBC_SINK = Path.of("installations/jdbc-sink/target/plugins");
  private static final Path MONITORING = Path.of("../../config-examples/monitoring");
  private static final String SOURCE = "io.convexpowersync.source.ConvexSourceConnector";
  private static final String SINK = "io.convexpowersync.sink.PowerSyncSinkConnector";

  @TempDir Path directory;

  private Storage storage;
  private ConvexEmulator emulator;
  private TodoWorkload workload;
  private Cluster cluster;
  private Examples examples;

  @BeforeEach
  void start() throws Exception {
    storage = Storage.start();
    emulator = ConvexEmulator.start();
    workload = new TodoWorkload(emulator, 3);
    workload.populate(5, 10, 500);
    cluster = Cluster.start(directory, JDBC_SINK);
    examples = new Examples(directory, cluster.plugins(), emulator, storage);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
    emulator.close();
    storage.close();
  }

  @Test
  void replicatesInAKafka43WorkerAndGoesOnWhenAWorkerIsKilled() throws Exception {
    Worker first = cluster.startWorker("kafka-4.3").awaitReady();
    checkPlugins(first);
    createConnectors(first, "convex-source-struct.json");
    checkDataFlows();
    checkVersionInLog(first);
    checkNeighbour(first);
    checkMetrics(first);
    checkLifeCycle(first);
    checkOffsets(first);

    Worker second = cluster.startWorker("kafka-4.3").awaitReady();
    mutate();
    first.process().kill();
    second.awaitState("convex", "RUNNING");
    second.awaitState("powersync", "RUNNING");
    mutate();
    checkDataFlows();
  }

  @Test
  void replicatesInAKafka39Worker() throws Exception {
    Worker worker = cluster.startWorker("kafka-3.9").awaitReady();
    checkPlugins(worker);
    createConnectors(worker, "convex-source.json");
    checkDataFlows();
    checkLifeCycle(worker);
  }

  private void checkPlugins(Worker worker) throws IOException {
    JsonNode plugins = worker.get("/connector-plugins");
    for (String name : List.of(SOURCE, SINK)) {
      assertThat(plugins)
          .as(name)
          .anySatisfy(
              plugin -> {
                assertThat(plugin.get("class").asText()).isEqualTo(name);
                assertThat(plugin.get("version").asText())
                    .isEqualTo(System.getProperty("project.version"));
              });
    }
  }

  private static void checkVersionInLog(Worker worker) throws IOException {
    String version = System.getProperty("project.version");
    for (String name : List.of("connector convex", "connector powersync", "task convex-0")) {
      assertThat(worker.process().log())
          .contains("Instantiated " + name + " with version " + version + " of type");
    }
  }

  private void createConnectors(Worker worker, String sourceExample) throws IOException {
    ObjectNode source = examples.load("convex-source", sourceExample);
    ObjectNode sink = examples.load("powersync-sink", "powersync-sink.json");
    for (ObjectNode connector : List.of(source, sink)) {
      // A busy machine may take longer than the validation waits for an answer.
      worker.await(connector.get("name") + " is valid", () -> isValid(worker, connector));
    }
    worker.send("POST", "/connectors", source.toString());
    worker.send("POST", "/connectors", sink.toString());
    worker.awaitState("convex", "RUNNING");
    worker.awaitState("powersync", "RUNNING");
  }

  private static boolean isValid(Worker worker, ObjectNode connector) throws IOException {
    String type = connector.at("/config/connector.class").asText();
    ObjectNode config = connector.get("config").deepCopy();
    config.put("name", connector.get("name").asText());
    JsonNode report =
        worker.send("PUT", "/connector-plugins/" + type + "/config/validate", config.toString());
    report.findValues("errors").stream()
        .filter(errors -> !errors.isEmpty())
        .forEach(errors -> LOG.warn("{}: {}", connector.get("name"), errors));
    return report.get("error_count").asInt() == 0;
  }

  private void mutate() {
    for (int i = 0; i < 50; i++) {
      workload.mutate();
    }
  }

  private void checkDataFlows() {
    mutate();
    storage.awaitHead(emulator, LIMIT);
    assertThat(storage.verify(emulator).rows()).isGreaterThan(400);
  }

  /** Debezium's JDBC sink in the same worker, on the table topics of the same source. */
  private void checkNeighbour(Worker worker) throws Exception {
    try (Warehouse warehouse = Warehouse.create(storage.jdbcUrl())) {
      ObjectNode sink = examples.load("powersync-sink", "jdbc-sink.json");
      ObjectNode config = (ObjectNode) sink.get("config");
      config.put("connection.url", warehouse.jdbcUrl());
      config.put("connection.username", "postgres");
      worker.send("POST", "/connectors", sink.toString());
      worker.awaitState("warehouse", "RUNNING");
      mutate();
      long todos = count("todos");
      worker.await("the warehouse has every to-do", () -> warehouse.rows("todos") == todos);
      assertThat(warehouse.rows("list_members")).isEqualTo(count("list_members"));
      worker.send("DELETE", "/connectors/warehouse", "");
    }
  }

  private long count(String table) {
    long[] found = {0};
    emulator
        .stateAt(emulator.head())
        .forEach(
            ValueFormat.JSON,
            (path, id, json) -> {
              if (path.equals(TablePath.root(table))) {
                found[0]++;
              }
            });
    return found[0];
  }

  /** Every metric that the dashboard shows is exported by the rules beside it. */
  private void checkMetrics(Worker worker) throws IOException {
    String dashboard = Files.readString(MONITORING.resolve("grafana-dashboard.json"));
    List<String> shown =
        Pattern.compile("(convex_source|powersync_sink)_[a-z_]+")
            .matcher(dashboard)
            .results()
            .map(MatchResult::group)
            .distinct()
            .toList();
    assertThat(shown).hasSizeGreaterThan(15);
    List<String> exported = worker.metrics().lines().map(line -> line.split("[{ ]")[0]).toList();
    assertThat(exported).containsAll(shown);
  }

  private void checkLifeCycle(Worker worker) throws IOException {
    worker.send("PUT", "/connectors/convex/pause", "");
    worker.send("PUT", "/connectors/powersync/pause", "");
    worker.awaitState("convex", "PAUSED");
    worker.awaitState("powersync", "PAUSED");
    mutate();
    worker.send("PUT", "/connectors/convex/resume", "");
    worker.send("PUT", "/connectors/powersync/resume", "");
    worker.awaitState("convex", "RUNNING");
    worker.awaitState("powersync", "RUNNING");
    checkDataFlows();
    for (String connector : List.of("convex", "powersync")) {
      worker.send("POST", "/connectors/" + connector + "/restart?includeTasks=true", "");
    }
    checkDataFlows();
  }

  /** Offsets can be read; those of a stopped connector can be set, and forgotten. */
  private void checkOffsets(Worker worker) throws IOException {
    JsonNode source = offset(worker, "convex");
    assertThat(source.get("partition")).isNotEmpty();
    assertThat(offset(worker, "powersync").at("/partition/kafka_topic").asText())
        .isEqualTo("app.log");

    worker.send("PUT", "/connectors/convex/stop", "");
    worker.awaitState("convex", "STOPPED");
    worker.send("PATCH", "/connectors/convex/offsets", "{\"offsets\":[" + source + "]}");
    worker.send("PUT", "/connectors/convex/resume", "");
    worker.awaitState("convex", "RUNNING");
    checkDataFlows();

    long pages = emulator.counters().requests("/api/list_snapshot");
    worker.send("PUT", "/connectors/convex/stop", "");
    worker.awaitState("convex", "STOPPED");
    worker.send("DELETE", "/connectors/convex/offsets", "");
    worker.send("PUT", "/connectors/convex/resume", "");
    worker.awaitState("convex", "RUNNING");
    checkDataFlows();
    assertThat(emulator.counters().requests("/api/list_snapshot")).isGreaterThan(pages);
  }

  private static JsonNode offset(Worker worker, String connector) throws IOException {
    worker.await(connector + " has offsets", () -> !offsets(worker, connector).isEmpty());
    return offsets(worker, connector).get(0);
  }

  private static JsonNode offsets(Worker worker, String connector) throws IOException {
    return worker.get("/connectors/" + connector + "/offsets").get("offsets");
  }
}
