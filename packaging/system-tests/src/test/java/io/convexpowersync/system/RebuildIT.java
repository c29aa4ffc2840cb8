package io.convexpowersync.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.storage.VerificationReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A sync config is deployed again while its predecessor is served: through a real broker, from a
 * log topic that was compacted and from one that was not, under live commits.
 */
class RebuildIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int TODOS = 6_000;
  private static final int OLD_MUTATIONS = 3_000;
  private static final Path EXAMPLE = Path.of("../../config-examples/todo");
  private static final String TOPIC = "app.log";

  private EmbeddedConnectCluster connect;
  private ConvexEmulator emulator;
  private Storage storage;
  private TodoWorkload workload;

  @BeforeEach
  void start() throws Exception {
    storage = Storage.start();
    emulator = ConvexEmulator.start();
    workload = new TodoWorkload(emulator, 4);
    connect =
        ConnectClusters.start(
            Map.of("log.cleaner.backoff.ms", "200", "log.cleaner.min.cleanable.ratio", "0.01"),
            Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    connect.stop();
    emulator.close();
    storage.close();
  }

  @Test
  void aNewConfigIsBuiltFromTheTopicWhileTheOldOneGoesOn() throws Exception {
    createTopic(Map.of("cleanup.policy", "delete", "retention.ms", "-1"));
    replicate();
    long pages = emulator.counters().requests("/api/list_snapshot");
    storage.verify(emulator);

    ReplicationStream before = storage.buckets().streams().active().orElseThrow();
    LiveLoad load = LiveLoad.start(emulator, storage, workload);
    StreamId rebuilt;
    try (load) {
      rebuilt = rebuild();
    }
    System.out.printf(
        "rebuild beside the live stream: commits=%d, lag p50 %d ms, p95 %d ms, max %d ms, write"
            + " checkpoints released=%d%n",
        load.commits(), load.lag(0.5), load.lag(0.95), load.lag(1), load.released());
    assertThat(load.released()).as("write checkpoints released").isPositive();
    assertThat(rebuilt).isNotEqualTo(before.id());
    report("not compacted", storage.verify(emulator));
    assertThat(emulator.counters().requests("/api/list_snapshot"))
        .as("Convex was not read again")
        .isEqualTo(pages);
    storage.awaitCleared(before.id(), LIMIT);

    goesOnAfterARestart();
  }

  /** The new stream is the one that is continued, and a config deployed meanwhile is built. */
  private void goesOnAfterARestart() throws Exception {
    connect.pauseConnector("powersync");
    connect.stopConnector("powersync");
    for (int i = 0; i < 50; i++) {
      workload.mutate();
    }
    StreamId next = deploy();
    connect.resumeConnector("powersync");
    storage.awaitActive(next, LIMIT);
    storage.awaitHead(emulator, LIMIT);
    storage.verify(emulator);
  }

  @Test
  void aRebuildFromACompactedTopicWritesHardlyMoreThanOneOperationPerRow() throws Exception {
    createTopic(
        Map.of(
            "cleanup.policy", "compact",
            // The newest segment is never cleaned, so it has to be a small part of the topic.
            "segment.bytes", "1048576",
            "segment.ms", "1000",
            "min.compaction.lag.ms", Long.toString(Duration.ofDays(1).toMillis())));
    replicate();
    long records = awaitCompaction();
    StreamId rebuilt;
    try (LiveLoad load = LiveLoad.start(emulator, storage, workload)) {
      rebuilt = rebuild();
    }
    VerificationReport report = storage.verify(emulator);
    report("compacted to " + records + " records", report);
    assertThat(report.checkpoint().stream()).isEqualTo(rebuilt);
    assertThat((double) report.operations() / report.rows()).isLessThanOrEqualTo(1.1);
  }

  private static void report(String topic, VerificationReport report) {
    System.out.printf(
        "rebuild from a topic that was %s: operations=%d, live rows=%d, operations per row=%.3f%n",
        topic, report.operations(), report.rows(), (double) report.operations() / report.rows());
  }

  private void createTopic(Map<String, String> config) {
    connect.kafka().createTopic(TOPIC, 1, 1, config);
  }

  /** A long history: every to-do was changed about twice. */
  private void replicate() throws Exception {
    workload.populate(10, 30, TODOS);
    connect.configureConnector("convex", source());
    connect.configureConnector("powersync", sink());
    storage.awaitHead(emulator, LIMIT);
    for (int i = 0; i < OLD_MUTATIONS; i++) {
      workload.mutate();
    }
    storage.awaitHead(emulator, LIMIT);
  }

  private StreamId rebuild() throws IOException {
    StreamId stream = deploy();
    storage.awaitActive(stream, LIMIT);
    return stream;
  }

  private StreamId deploy() throws IOException {
    return storage
        .buckets()
        .streams()
        .deploy(
            Files.readString(EXAMPLE.resolve("sync.yaml")) + "# deployed again",
            Storage.planOf(Files.readString(EXAMPLE.resolve("sync.yaml"))));
  }

  /** Lets the cleaner begin, until it has been through everything but the newest segment. */
  private long awaitCompaction() throws Exception {
    long written = records();
    AlterConfigOp now =
        new AlterConfigOp(new ConfigEntry("min.compaction.lag.ms", "0"), AlterConfigOp.OpType.SET);
    try (Admin admin = connect.kafka().createAdminClient()) {
      ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
      admin.incrementalAlterConfigs(Map.of(topic, List.of(now))).all().get();
    }
    long[] before = {written};
    Storage.await(
        LIMIT,
        () -> {
          long left = records();
          boolean settled = left < written && left == before[0];
          before[0] = left;
          return settled;
        });
    return before[0];
  }

  private long records() {
    long count = 0;
    TopicPartition partition = new TopicPartition(TOPIC, 0);
    try (Consumer<byte[], byte[]> consumer =
        connect.kafka().createConsumer(Map.of("group.id", "count"))) {
      consumer.assign(Set.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(Set.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        count += consumer.poll(Duration.ofSeconds(1)).count();
      }
    }
    return count;
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
    config.put("history.consumer.bootstrap.servers", connect.kafka().bootstrapServers());
    return config;
  }

  /** What users start from, as it is in the repository. */
  private static Map<String, String> example(String file) throws IOException {
    Path path = Path.of("../../config-examples/kafka-connect").resolve(file);
    JsonNode config = new ObjectMapper().readTree(path.toFile()).get("config");
    return new ObjectMapper().convertValue(config, new TypeReference<HashMap<String, String>>() {});
  }
}
