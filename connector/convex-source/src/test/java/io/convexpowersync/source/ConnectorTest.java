package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.Fault;
import io.convexpowersync.emulator.TablePath;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connector as Connect's REST interface sees it. */
final class ConnectorTest {
  private final ConvexSourceConnector connector = new ConvexSourceConnector();
  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
    emulator.commit(tx -> tx.insert(TablePath.root("users"), "{\"n\":1}"));
    properties = TaskHarness.logOnly(emulator);
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @Test
  void acceptsAConfigurationThatWorks() {
    assertThat(errors(properties)).isEmpty();
  }

  @Test
  void acceptsADeploymentWithoutTables() throws IOException {
    try (ConvexEmulator empty = ConvexEmulator.start()) {
      assertThat(errors(TaskHarness.logOnly(empty))).isEmpty();
    }
  }

  @Test
  void neverThrowsForAnEmptyConfiguration() {
    assertThat(errors(Map.of())).containsOnlyKeys("deployment.url", "deploy.key", "topic.prefix");
  }

  @Test
  void blamesTheKeyForAKeyOfAnotherDeployment() {
    properties.put("deploy.key", "prod:brave-fox-7|0badc0ffee");
    assertBlamed("deploy.key", "brave-fox-7", "emulated-otter-123");
  }

  @Test
  void blamesTheKeyForAMissingPermission() {
    properties.put("deploy.key", emulator.keyWithoutDataView());
    assertBlamed("deploy.key", "deployment:data:view");
  }

  @Test
  void blamesTheKeyForAPlanWithoutExport() {
    emulator.switches().exportEnabled(false);
    assertBlamed("deploy.key", "plan");
  }

  @Test
  void blamesAKeyThatCannotBeOneWithoutAsking() {
    properties.put("deploy.key", "secret-without-a-bar");
    assertBlamed("deploy.key", "no '|'");
    assertThat(errors(properties).toString()).doesNotContain("secret-without-a-bar");
    assertThat(emulator.counters().requests()).isEmpty();
  }

  @Test
  void blamesTheAddressOfHttpActions() {
    properties.put("deployment.url", "https://happy-otter-123.convex.site");
    assertBlamed("deployment.url", "https://happy-otter-123.convex.cloud");
  }

  @Test
  void blamesAnAddressWithAPath() {
    properties.put("deployment.url", emulator.url() + "/api");
    assertBlamed("deployment.url", "path");
  }

  @Test
  void blamesAnAddressWhereNobodyAnswersWithinSeconds() {
    properties.put("deployment.url", "http://127.0.0.1:1");
    long start = System.nanoTime();
    assertBlamed("deployment.url", "127.0.0.1:1");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
  }

  @Test
  void blamesAnAddressThatDnsDoesNotKnow() {
    properties.put("deployment.url", "http://nobody.invalid");
    assertBlamed("deployment.url", "http://nobody.invalid", "DNS");
  }

  @Test
  void blamesAnAddressThatRedirects() throws IOException {
    try (StubServer server = StubServer.answering(301, "Location: https://other.test/\r\n", "")) {
      properties.put("deployment.url", server.url());
      assertBlamed("deployment.url", "redirects", "https://other.test/");
    }
  }

  @Test
  void blamesTheAddressOfAWebSite() throws IOException {
    String html = "Content-Type: text/html\r\n";
    try (StubServer found = StubServer.answering(200, html, "<html>Hello</html>");
        StubServer missing = StubServer.answering(404, html, "<html>No</html>")) {
      properties.put("deployment.url", found.url());
      assertBlamed("deployment.url", "Is this the address of a Convex deployment?");
      properties.put("deployment.url", missing.url());
      assertBlamed("deployment.url", "Nothing of Convex's API is there");
    }
  }

  @Test
  void endsWhenAServerAcceptsAndNeverAnswers() throws IOException {
    try (StubServer silent = StubServer.silent()) {
      properties.put("deployment.url", silent.url());
      assertBlamed("deployment.url", "not finished within");
    }
  }

  @Test
  void endsWhenAnAnswerTricklesIn() {
    emulator.faults(
        request ->
            request.path().equals("/api/get_table_column_names") ? Fault.slowBody(1) : Fault.NONE);
    assertThat(new DeploymentCheck(new SourceConfig(properties), 500).problems())
        .containsOnlyKeys("deployment.url")
        .allSatisfy((key, says) -> assertThat(says).contains("did not end within 500 ms"));
  }

  @Test
  void acceptsADeploymentThatIsOnlyBusy() {
    emulator.switches().summariesAvailable(false);
    assertThat(errors(properties)).isEmpty();
  }

  @Test
  void blamesThePrefixForTopicNamesThatKafkaDoesNotTake() {
    emulator.commit(tx -> tx.insert(new TablePath("c".repeat(60), "t".repeat(60)), "{\"n\":1}"));
    properties.put("table.topics", "true");
    properties.put("topic.prefix", "p".repeat(140));
    assertBlamed("topic.prefix", "262 characters", "249");
  }

  @Test
  void blamesAnIncludeListThatMatchesNothing() {
    properties.put("table.include.list", "user");
    assertBlamed("table.include.list", "It has: users");
  }

  @Test
  void blamesAnExpressionThatIsNotOne() {
    properties.put("table.include.list", "users,[");
    assertBlamed("table.include.list", "regular expressions");
  }

  @Test
  void blamesAColumnExpressionWithoutATable() {
    properties.put("column.exclude.list", "password");
    assertBlamed("column.exclude.list", "a field is table.field");
    properties.put("column.exclude.list", "users\\.(");
    assertBlamed("column.exclude.list", "regular expressions", "users\\.password");
  }

  @Test
  void blamesKeysOfEveryVersionWithoutANumberOfPartitions() {
    properties.put("key.fields", "_id,_ts");
    assertBlamed("table.topic.partitions", "spread them over the partitions");
  }

  @Test
  void blamesWhateverWouldMakeTheLogIncomplete() {
    properties.put("record.too.large.handling", "skip");
    properties.put("record.max.bytes", "1000000");
    assertBlamed("record.too.large.handling", "log.topic=true");
    properties.put("record.too.large.handling", "fail");
    properties.put("errors.tolerance", "all");
    assertBlamed("log.topic", "errors.tolerance");
  }

  @Test
  void blamesLeavingOutWithoutALimit() {
    properties.put("log.topic", "false");
    properties.put("table.topics", "true");
    properties.put("record.too.large.handling", "skip");
    assertBlamed("record.max.bytes", "needs a limit");
    properties.put("producer.override.max.request.size", "5000000");
    assertThat(errors(properties)).isEmpty();
  }

  @Test
  void blamesTransactionMetadataWithoutTableTopics() {
    properties.put("provide.transaction.metadata", "true");
    assertBlamed("provide.transaction.metadata", "table.topics is off");
  }

  @Test
  void blamesListsThatContradict() {
    properties.put("table.include.list", "users");
    properties.put("table.exclude.list", "todos");
    assertBlamed("table.exclude.list", "cannot be used together");
  }

  @Test
  void blamesAnOutputOfNothing() {
    properties.put("log.topic", "false");
    assertBlamed("table.topics", "both off");
  }

  @Test
  void blamesTablesThatWouldShareATopic() {
    emulator.commit(tx -> tx.insert(new TablePath("app", "users"), "{\"n\":1}"));
    properties.put("table.topics", "true");
    assertBlamed("table.exclude.list", "crm.app.users");
  }

  @Test
  void blamesChannelsThatLackTheirPlace() {
    properties.put("signal.enabled.channels", "source,kafka");
    properties.put("notification.enabled.channels", "sink");
    assertThat(errors(properties))
        .containsOnlyKeys("signal.kafka.bootstrap.servers", "notification.sink.topic.name");
  }

  @Test
  void blamesChannelsThatThereAreNot() {
    properties.put("signal.enabled.channels", "source,file");
    properties.put("notification.enabled.channels", "jmx");
    assertThat(errors(properties))
        .containsOnlyKeys("signal.enabled.channels", "notification.enabled.channels");
  }

  @Test
  void blamesATableOfSignalsThatIsNotCaptured() {
    properties.put("table.include.list", "users");
    properties.put("signal.data.collection", "signals");
    assertBlamed("signal.data.collection", "table signals is not captured");
  }

  @Test
  void blamesAModeThatNeverSeesSignals() {
    properties.put("signal.data.collection", "users");
    properties.put("snapshot.mode", "initial_only");
    assertBlamed("snapshot.mode", "the log is not followed");
  }

  @Test
  void blamesValuesOutOfRange() {
    properties.put("poll.interval.ms", "0");
    properties.put("snapshot.mode", "sometimes");
    properties.put("topic.prefix", "a/b");
    assertThat(errors(properties))
        .containsOnlyKeys("poll.interval.ms", "snapshot.mode", "topic.prefix");
  }

  @Test
  void theTaskRefusesWhatValidationRefuses() {
    properties.put("log.topic", "false");
    assertThatThrownBy(() -> TaskHarness.start(properties))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("both off");
  }

  @Test
  void everyKeyIsReadyForAUserInterface() {
    for (ConfigDef.ConfigKey key : connector.config().configKeys().values()) {
      assertThat(key.documentation).as(key.name).hasSizeGreaterThan(40);
      assertThat(key.displayName).as(key.name).isNotEqualTo(key.name);
      assertThat(key.group).as(key.name).isNotNull();
      assertThat(key.orderInGroup).as(key.name).isPositive();
    }
    assertThat(connector.config().configKeys().get("deploy.key").type)
        .isEqualTo(ConfigDef.Type.PASSWORD);
  }

  @Test
  void thereIsOneTaskWhateverTheLimit() {
    connector.start(properties);
    assertThat(connector.taskConfigs(1)).isEqualTo(List.of(properties));
    assertThat(connector.taskConfigs(8)).isEqualTo(List.of(properties));
    assertThat(connector.taskClass()).isEqualTo(ConvexSourceTask.class);
  }

  @Test
  void supportsExactlyOnceWithItsOwnBoundaries() {
    assertThat(connector.exactlyOnceSupport(properties)).isEqualTo(ExactlyOnceSupport.SUPPORTED);
    assertThat(connector.canDefineTransactionBoundaries(properties))
        .isEqualTo(ConnectorTransactionBoundaries.SUPPORTED);
  }

  @Test
  void hasARealVersion() {
    assertThat(connector.version()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(new ConvexSourceTask().version()).isEqualTo(connector.version());
  }

  @Test
  void isFoundAsAService() {
    assertThat(ServiceLoader.load(SourceConnector.class))
        .hasOnlyElementsOfType(ConvexSourceConnector.class)
        .hasSize(1);
  }

  @Test
  void takesOffsetsThatTheTaskCanRead() {
    Map<String, Object> offset = new HashMap<>();
    offset.put("v", 1);
    offset.put("mode", "deltas");
    offset.put("ts", 1_785_412_800_123_456_789L);
    offset.put("tables", "{\"users\":\"complete\"}");
    assertThat(connector.alterOffsets(properties, Map.of(partition("crm"), offset))).isTrue();
  }

  @Test
  void takesTheDeletionOfAnyOffset() {
    assertThat(connector.alterOffsets(properties, Collections.singletonMap(partition("old"), null)))
        .isTrue();
  }

  @Test
  void refusesOffsetsThatTheTaskCouldNotRead() {
    Map<Map<String, ?>, Map<String, ?>> offsets =
        Map.of(partition("crm"), Map.of("v", 1, "mode", "deltas", "ts", "17", "tables", "{}"));
    assertThatThrownBy(() -> connector.alterOffsets(properties, offsets))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("\"ts\" is not a 19-digit timestamp")
        .hasMessageContaining("A valid one looks like");
  }

  @Test
  void refusesOffsetsOfAnotherPartition() {
    Map<Map<String, ?>, Map<String, ?>> offsets = Map.of(partition("other"), Map.of("v", 1));
    assertThatThrownBy(() -> connector.alterOffsets(properties, offsets))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("{\"deployment\": \"crm\"}");
  }

  private static Map<String, String> partition(String prefix) {
    return Map.of("deployment", prefix);
  }

  private void assertBlamed(String key, String... says) {
    Map<String, List<String>> errors = errors(properties);
    assertThat(errors).containsOnlyKeys(key);
    assertThat(errors.get(key)).hasSize(1);
    assertThat(errors.get(key).get(0)).contains(says);
  }

  private Map<String, List<String>> errors(Map<String, String> configuration) {
    Config config = connector.validate(configuration);
    Map<String, List<String>> errors = new HashMap<>();
    for (ConfigValue value : config.configValues()) {
      if (!value.errorMessages().isEmpty()) {
        errors.put(value.name(), value.errorMessages());
      }
    }
    return errors;
  }
}
