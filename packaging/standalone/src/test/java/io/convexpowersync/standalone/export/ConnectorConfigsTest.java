package io.convexpowersync.standalone.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.sink.PowerSyncSinkConnector;
import io.convexpowersync.source.ConvexSourceConnector;
import io.convexpowersync.standalone.config.PipelineConfig;
import io.convexpowersync.standalone.config.PipelineConfigLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;

/** What is printed is what the plugins take, and holds no secret. */
class ConnectorConfigsTest {
  private static final Path EXAMPLES = Path.of("../../config-examples/standalone");

  @Test
  void translatesAPipelineIntoTwoConnectorsWithoutSecrets() {
    ConnectorConfigs configs = new ConnectorConfigs(load("pipeline.yaml"), "app");
    assertThat(configs.needsDatabase()).isFalse();
    assertThat(configs.source())
        .containsEntry("deployment.url", "https://happy-animal-123.convex.cloud")
        .containsEntry("table.include.list", "users,lists,list_members,todos")
        .containsEntry("snapshot.mode", "when_needed")
        .containsEntry("topic.creation.log.include", "app\\.log");
    assertThat(configs.sink())
        .containsEntry("topics", "app.log")
        .containsEntry("connection.url", "jdbc:postgresql://db.example.com:5432/powersync")
        .containsEntry("connection.user", "powersync")
        .containsEntry("schema.mode", "require");
    assertThat(configs.source().toString() + configs.sink())
        .contains("${file:/etc/kafka-connect/secrets.properties:convex.deploy.key}")
        .doesNotContain("s3cret");
  }

  @Test
  void everyKeyIsOneThatThePluginsTake() {
    ConnectorConfigs configs = new ConnectorConfigs(load("pipeline.yaml"), "app");
    Map<String, String> source = new HashMap<>(configs.source());
    // The worker would resolve it.
    source.put("deploy.key", "prod:happy-animal-123|0123");
    assertValid(new ConvexSourceConnector().config(), source);
    assertValid(new PowerSyncSinkConnector().config(), configs.sink());
  }

  @Test
  void theLogCarriesNoSchemasAndBothSidesSaySo() {
    ConnectorConfigs configs = new ConnectorConfigs(load("pipeline.yaml"), "app");
    assertThat(List.of(configs.source(), configs.sink()))
        .allSatisfy(
            config ->
                assertThat(config)
                    .containsEntry("key.converter.schemas.enable", "false")
                    .containsEntry("value.converter.schemas.enable", "false"));
  }

  @Test
  void anEmbeddedDatabaseMustBeReplaced() {
    ConnectorConfigs configs = new ConnectorConfigs(load("pipeline-embedded.yaml"), "app");
    assertThat(configs.needsDatabase()).isTrue();
    assertThat(configs.sink()).containsEntry("schema.mode", "create");
  }

  private static void assertValid(ConfigDef definition, Map<String, String> config) {
    assertThat(definition.validate(config)).flatExtracting(ConfigValue::errorMessages).isEmpty();
  }

  private static PipelineConfig load(String example) {
    return new PipelineConfigLoader(name -> "s3cret").load(EXAMPLES.resolve(example));
  }
}
