package io.convexpowersync.system.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The compose file and the other YAML examples. */
class YamlExamplesTest {
  private static final Path EXAMPLES = Path.of("../../config-examples");

  static List<Path> yamlFiles() throws IOException {
    try (Stream<Path> files = Files.walk(EXAMPLES)) {
      return files.filter(file -> file.toString().matches(".*\\.ya?ml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("yamlFiles")
  void canBeRead(Path file) throws IOException {
    assertThat(documents(file)).isNotEmpty().doesNotContainNull();
  }

  @Test
  void composePinsEveryImageAndBindsToTheLoopbackInterface() throws IOException {
    Map<?, ?> compose =
        (Map<?, ?>) documents(EXAMPLES.resolve("docker-compose/docker-compose.yml")).get(0);
    Map<?, ?> services = (Map<?, ?>) compose.get("services");
    assertThat(services).hasSize(6);
    services.forEach(
        (name, service) -> {
          Map<?, ?> settings = (Map<?, ?>) service;
          assertThat(settings.get("image").toString())
              .as("image of %s", name)
              .matches(".+(@sha256:[0-9a-f]{64}|:[0-9]+\\.[0-9]+(\\.[0-9]+)?)");
          if (settings.get("ports") instanceof List<?> ports) {
            assertThat(ports).allSatisfy(port -> assertThat(port.toString()).startsWith("127."));
          }
        });
  }

  private static List<Object> documents(Path file) throws IOException {
    // !env is the PowerSync Service's own tag: an environment variable.
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setTagConstructors(Map.of(new Tag("!env"), node -> "from the environment"))
            .build();
    Iterable<Object> all =
        new Load(settings).loadAllFromReader(new StringReader(Files.readString(file)));
    return StreamSupport.stream(all.spliterator(), false).toList();
  }
}
