package io.convexpowersync.system.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.sink.PowerSyncSinkConnector;
import io.convexpowersync.source.ConvexSourceConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The configuration reference in {@code packaging/docs} is what the code says. Run with {@code
 * -Ddocs.update} to write it anew.
 */
class ConfigReferenceTest {
  private static final Path DOCS = Path.of("../docs");

  static Stream<Arguments> connectors() {
    return Stream.of(
        Arguments.of(
            "configuration-source.md",
            ConvexSourceConnector.class,
            new ConvexSourceConnector().config()),
        Arguments.of(
            "configuration-sink.md",
            PowerSyncSinkConnector.class,
            new PowerSyncSinkConnector().config()));
  }

  @ParameterizedTest
  @MethodSource("connectors")
  void documentsEveryKey(String file, Class<?> connector, ConfigDef definition) throws IOException {
    String reference = ConfigReference.markdown(connector.getName(), definition);
    if (System.getProperty("docs.update") != null) {
      Files.writeString(DOCS.resolve(file), reference);
    }
    assertThat(Files.readString(DOCS.resolve(file)))
        .as("mvn test -pl packaging/system-tests -am -Ddocs.update writes it anew")
        .isEqualTo(reference);
    assertThat(definition.configKeys().values())
        .allSatisfy(
            key -> {
              assertThat(key.documentation).as(key.name).isNotBlank();
              assertThat(key.group).as(key.name).isNotNull();
              assertThat(key.displayName).as(key.name).isNotBlank();
            });
  }
}
