package io.convexpowersync.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signals and notifications in topics of a real broker, with exactly-once. */
class SignalsIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String SIGNALS = "crm-signal";
  private static final String NOTIFICATIONS = "crm-notifications";
  private static final String SNAPSHOT =
      "{\"id\":\"s\",\"type\":\"execute-snapshot\",\"data\":{\"data-collections\":[\".*\"],"
          + "\"type\":\"blocking\"}}";

  private EmbeddedConnectCluster connect;
  private ConvexEmulator emulator;

  @BeforeEach
  void start() throws Exception {
    emulator = ConvexEmulator.start();
    insert();
    connect = ConnectClusters.start(Map.of(), Map.of());
    connect.kafka().createTopic(SIGNALS, 1);
    connect.kafka().createTopic(NOTIFICATIONS, 1);
  }

  @AfterEach
  void stop() {
    connect.stop();
    emulator.close();
  }

  @Test
  void everySignalIsCarriedOutOnceWhetherTheConnectorRunsOrNot() {
    connect.kafka().produce(SIGNALS, "crm", SNAPSHOT);
    connect.configureConnector("convex", source());
    await(() -> count("COMPLETED") == 1, "the first snapshot");
    await(() -> offsets().contains("next_signal=1"), "the place behind what was there before");

    connect.kafka().produce(SIGNALS, "another", SNAPSHOT);
    connect.kafka().produce(SIGNALS, "crm", SNAPSHOT);
    await(() -> count("COMPLETED") == 2, "the snapshot that was asked for");

    connect.stopConnector("convex");
    await(() -> connect.connectorStatus("convex").tasks().isEmpty(), "the stop");
    connect.kafka().produce(SIGNALS, "crm", SNAPSHOT);
    connect.resumeConnector("convex");
    await(() -> count("COMPLETED") == 3, "the snapshot that was asked for meanwhile");

    connect.restartConnectorAndTasks("convex", false, true, false);
    insert();
    await(() -> count("SKIPPED") == 2, "the restart");
    assertThat(count("COMPLETED")).isEqualTo(3);
    assertThat(count("STARTED")).isEqualTo(3);
  }

  private Map<String, String> source() {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "io.convexpowersync.source.ConvexSourceConnector");
    config.put("tasks.max", "1");
    config.put("deployment.url", emulator.url());
    config.put("deploy.key", emulator.adminKey());
    config.put("topic.prefix", "crm");
    config.put("topic.creation.default.replication.factor", "1");
    config.put("topic.creation.default.partitions", "1");
    config.put("signal.enabled.channels", "kafka");
    config.put("signal.kafka.bootstrap.servers", connect.kafka().bootstrapServers());
    config.put("notification.enabled.channels", "sink");
    config.put("notification.sink.topic.name", NOTIFICATIONS);
    for (String part : List.of("key", "value")) {
      config.put(part + ".converter", "org.apache.kafka.connect.json.JsonConverter");
      config.put(part + ".converter.schemas.enable", "false");
    }
    return config;
  }

  private String offsets() {
    return connect.connectorOffsets("convex").offsets().toString();
  }

  private long count(String type) {
    return notifications().stream()
        .filter(text -> text.contains("\"type\":\"" + type + "\""))
        .count();
  }

  private List<String> notifications() {
    try {
      List<String> texts = new ArrayList<>();
      Map<String, Object> committed = Map.of("isolation.level", "read_committed");
      for (ConsumerRecord<byte[], byte[]> message :
          connect
              .kafka()
              .consumeAll(10_000, committed, Map.of(), NOTIFICATIONS)
              .records(NOTIFICATIONS)) {
        texts.add(new String(message.value(), StandardCharsets.UTF_8));
      }
      return texts;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void insert() {
    emulator.commit(tx -> tx.insert(TablePath.root("users"), "{\"name\":\"Ada\"}"));
  }

  private static void await(BooleanSupplier reached, String what) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!reached.getAsBoolean()) {
      assertThat(System.nanoTime()).as("Waiting for " + what).isLessThan(deadline);
    }
  }
}
