package io.convexpowersync.system.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convexpowersync.sink.PowerSyncSinkConnector;
import io.convexpowersync.source.ConvexSourceConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.runtime.ConnectorConfig;
import org.apache.kafka.connect.runtime.SinkConnectorConfig;
import org.apache.kafka.connect.runtime.SourceConnectorConfig;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every connector JSON in {@code config-examples} is accepted, and holds no key that is ignored.
 */
class ConnectorExamplesTest {
  private static final Path EXAMPLES = Path.of("../../config-examples");

  /** Keys of the worker whose names the user makes up, or that a converter reads. */
  private static final List<String> FREE_PREFIXES =
      List.of(
          "topic.creation.",
          "key.converter.",
          "value.converter.",
          "transforms.",
          "predicates.",
          "consumer.override.",
          "producer.override.");

  static List<Path> connectors() throws IOException {
    List<Path> found;
    try (Stream<Path> files = Files.walk(EXAMPLES)) {
      found = files.filter(ConnectorExamplesTest::isConnector).sorted().toList();
    }
    assertThat(found).hasSizeGreaterThan(8);
    return found;
  }

  private static boolean isConnector(Path file) {
    String parent = file.getParent().getFileName().toString();
    return file.toString().endsWith(".json")
        && (parent.equals("kafka-connect") || parent.equals("docker-compose"));
  }

  @ParameterizedTest
  @MethodSource("connectors")
  void isAcceptedAndHoldsNoUnknownKey(Path file) throws IOException {
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.get("name").asText()).isNotEmpty();
    Map<String, String> config =
        new ObjectMapper().convertValue(json.get("config"), new TypeReference<>() {});

    if (config.get("connector.class").equals(ConvexSourceConnector.class.getName())) {
      check(config, new ConvexSourceConnector().config(), SourceConnectorConfig.configDef());
    } else if (config.get("connector.class").equals(PowerSyncSinkConnector.class.getName())) {
      check(config, new PowerSyncSinkConnector().config(), SinkConnectorConfig.configDef());
    } else {
      // A neighbour of ours: the install test runs it.
      assertThat(file.getFileName().toString()).isEqualTo("jdbc-sink.json");
    }
  }

  private static void check(Map<String, String> config, ConfigDef ours, ConfigDef worker) {
    config.replaceAll((key, value) -> value.startsWith("${") ? "prod:otter|0123" : value);
    assertThat(ours.validate(config))
        .allSatisfy(value -> assertThat(value.errorMessages()).as(value.name()).isEmpty());
    Set<String> unknown = new TreeSet<>(config.keySet());
    unknown.removeAll(ours.names());
    unknown.removeAll(worker.names());
    unknown.removeAll(ConnectorConfig.configDef().names());
    unknown.removeIf(key -> FREE_PREFIXES.stream().anyMatch(key::startsWith));
    assertThat(unknown).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("connectors")
  void itsTransformationsCanBeConfigured(Path file) throws Exception {
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    Map<String, String> config =
        new ObjectMapper().convertValue(json.get("config"), new TypeReference<>() {});
    for (String name : config.getOrDefault("transforms", "").split(",")) {
      if (!name.isEmpty()) {
        configure(config, "transforms." + name + ".");
      }
    }
  }

  private static void configure(Map<String, String> config, String prefix) throws Exception {
    Map<String, String> own = new HashMap<>();
    config.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            own.put(key.substring(prefix.length()), value);
          }
        });
    Object made = Class.forName(own.remove("type")).getDeclaredConstructor().newInstance();
    assertThat(made).isInstanceOf(Transformation.class);
    try (Transformation<?> transformation = (Transformation<?>) made) {
      transformation.configure(own);
      List<ConfigValue> report = transformation.config().validate(own);
      assertThat(report).allSatisfy(value -> assertThat(value.errorMessages()).isEmpty());
    }
  }
}
