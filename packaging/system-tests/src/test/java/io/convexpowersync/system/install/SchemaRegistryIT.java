package io.convexpowersync.system.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.system.Storage;
import io.convexpowersync.system.TodoWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Log topic and struct documents as Avro, their schemas in a registry that refuses what is not
 * backward compatible. With the Maven profile "confluent" the converter is Confluent's, otherwise
 * Apicurio's.
 */
class SchemaRegistryIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final TablePath USERS = TablePath.root("users");
  private static final String USERS_SUBJECT = "app.app.users-value";
  private static final Path APICURIO = Path.of("installations/apicurio/target/plugins");
  private static final Path CONFLUENT = Path.of("installations/confluent-converter/target/plugins");

  @TempDir Path directory;

  private Storage storage;
  private ConvexEmulator emulator;
  private Registry registry;
  private Cluster cluster;
  private Examples examples;

  @BeforeEach
  void start() throws Exception {
    storage = Storage.start();
    emulator = ConvexEmulator.start();
    new TodoWorkload(emulator, 4).populate(5, 10, 200);
    registry = Registry.start(directory);
    registry.requireBackwardCompatibility();
    cluster = Cluster.start(directory, isConfluent() ? CONFLUENT : APICURIO);
    examples = new Examples(directory, cluster.plugins(), emulator, storage);
  }

  private static boolean isConfluent() {
    return Files.exists(CONFLUENT);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
    registry.close();
    emulator.close();
    storage.close();
  }

  @Test
  void documentsThatChangeTheirShapeArriveUnderBackwardCompatibility() throws Exception {
    // Apicurio's converter has no service file.
    Map<String, String> scanning = Map.of("plugin.discovery", "hybrid_warn");
    Worker worker = cluster.startWorker("kafka-4.3", scanning).awaitReady();
    create(worker, "convex-source", "avro-source.json");
    create(worker, "powersync-sink", "avro-sink.json");
    worker.awaitState("convex", "RUNNING");
    worker.awaitState("powersync", "RUNNING");
    checkArrived();
    int before = registry.versions(USERS_SUBJECT);
    assertThat(before).isPositive();
    assertThat(registry.versions("app.log-value")).isEqualTo(1);

    for (String user :
        List.of(
            // a new field; another type for a known one; a nested field; an array; nothing at all
            "{\"name\":\"A\",\"email\":\"a@b.c\",\"age\":7}",
            "{\"name\":12.5,\"email\":\"a@b.c\",\"age\":\"seven\"}",
            "{\"name\":\"B\",\"settings\":{\"theme\":1.5,\"deep\":{\"er\":[1.5,2.5]}}}",
            "{\"name\":[\"C\"],\"tags\":[\"x\",\"y\"]}",
            "{}")) {
      emulator.commit(tx -> tx.insert(USERS, user));
      checkArrived();
    }
    assertThat(registry.versions(USERS_SUBJECT)).isGreaterThan(before);
    assertThat(registry.versions("app.log-value")).isEqualTo(1);
    worker.awaitState("convex", "RUNNING");
    worker.awaitState("powersync", "RUNNING");
  }

  private void checkArrived() {
    storage.awaitHead(emulator, LIMIT);
    storage.verify(emulator);
  }

  private void create(Worker worker, String archive, String example) throws IOException {
    ObjectNode connector = examples.load(archive, example);
    ObjectNode config = (ObjectNode) connector.get("config");
    for (String converter : List.of("key.converter", "value.converter")) {
      if (isConfluent()) {
        config.put(converter + ".schema.registry.url", registry.confluentUrl());
      } else {
        config.put(converter, "io.apicurio.registry.utils.converter.AvroConverter");
        config.remove(converter + ".schema.registry.url");
        config.put(converter + ".apicurio.registry.url", registry.apicurioUrl());
        config.put(converter + ".apicurio.registry.auto-register", "true");
        config.put(converter + ".apicurio.registry.as-confluent", "true");
        config.put(converter + ".apicurio.registry.use-id", "contentId");
      }
    }
    worker.send("POST", "/connectors", connector.toString());
  }
}
