package io.convexpowersync.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExampleConfigsTest {
  private static final Path EXAMPLES = Path.of("../../config-examples/standalone");

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyPipelineExampleLoads(Path file) {
    PipelineConfig config = new PipelineConfigLoader(name -> "value-of-" + name).load(file);
    assertThat(config.source().key().reveal()).isEqualTo("value-of-CONVEX_DEPLOY_KEY");
    assertThat(config.sync()).isPresent();
  }

  @Test
  void thereIsAnExampleForBothKindsOfStorage() throws IOException {
    PipelineConfigLoader loader = new PipelineConfigLoader(name -> "x");
    assertThat(
            examples().stream().map(file -> loader.load(file).storage().getClass().getSimpleName()))
        .containsExactlyInAnyOrder("External", "Embedded");
  }
}
