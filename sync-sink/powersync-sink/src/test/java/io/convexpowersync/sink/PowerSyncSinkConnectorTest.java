package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.sink.SinkConnector;
import org.junit.jupiter.api.Test;

class PowerSyncSinkConnectorTest {
  private final SinkConnector connector = new PowerSyncSinkConnector();

  @Test
  void validatesAnEmptyConfigurationWithoutFailing() {
    assertThat(errors(Map.of(), "connection.url")).hasSize(1);
    assertThat(errors(Map.of(), "connection.user")).hasSize(1);
  }

  @Test
  void blamesTheUrl() {
    assertThat(errors(with("connection.url", "postgresql://h/db"), "connection.url"))
        .singleElement()
        .asString()
        .contains("jdbc:postgresql://");
  }

  @Test
  void refusesAPasswordInTheUrlWithoutRepeatingIt() {
    assertThat(
            errors(
                with("connection.url", "jdbc:postgresql://h/db?password=s3cret"), "connection.url"))
        .singleElement()
        .asString()
        .contains("connection.password")
        .doesNotContain("s3cret");
  }

  @Test
  void refusesMoreThanOneTopic() {
    assertThat(errors(with("topics", "a.log,b.log"), "topics"))
        .singleElement()
        .asString()
        .contains("exactly one topic");
  }

  @Test
  void refusesAWorkerThatDropsRecordsUnlessToldOtherwise() {
    Map<String, String> config = with("errors.tolerance", "all");
    assertThat(errors(config, "errors.tolerance")).singleElement().asString().contains("unseen");
    config.put("incomplete.commits.allowed", "true");
    assertThat(errors(config, "errors.tolerance")).isEmpty();
  }

  @Test
  void aDatabaseThatIsDownIsBlamedOnTheUrl() {
    assertThat(errors(with("connection.url", "jdbc:postgresql://127.0.0.1:1/db"), "connection.url"))
        .singleElement()
        .asString()
        .contains("127.0.0.1:1")
        .doesNotContain("hidden-password");
  }

  @Test
  void startsOneTaskHoweverManyAreAllowed() {
    connector.start(with("topics", "app.log"));
    assertThat(connector.taskConfigs(4)).containsExactly(with("topics", "app.log"));
  }

  @Test
  void saysItsVersion() {
    assertThat(connector.version()).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
  }

  private List<String> errors(Map<String, String> config, String key) {
    return connector.validate(config).configValues().stream()
        .filter(value -> value.name().equals(key))
        .map(ConfigValue::errorMessages)
        .flatMap(List::stream)
        .toList();
  }

  private static Map<String, String> with(String key, String value) {
    Map<String, String> config = new HashMap<>();
    config.put("name", "sink");
    config.put("topics", "app.log");
    config.put("connection.url", "jdbc:postgresql://127.0.0.1:1/db");
    config.put("connection.user", "postgres");
    config.put("connection.password", "hidden-password");
    config.put(key, value);
    return config;
  }
}
