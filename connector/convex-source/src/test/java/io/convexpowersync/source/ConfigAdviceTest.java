package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConfigAdviceTest {
  private final Map<String, String> properties =
      new HashMap<>(
          Map.of(
              "deployment.url", "http://127.0.0.1:3210",
              "deploy.key", "otter|01ab",
              "topic.prefix", "crm"));

  @Test
  void anOrdinaryConfigurationNeedsNone() {
    assertThat(advice()).isEmpty();
    properties.put("deployment.url", "https://happy-otter-123.convex.cloud");
    assertThat(advice()).isEmpty();
  }

  @Test
  void aKeyThatTravelsInTheClear() {
    properties.put("deployment.url", "http://backend.test:3210");
    assertThat(advice())
        .containsExactly(
            "deployment.url: without https:// everyone on the way to backend.test can read the deploy"
                + " key");
  }

  @Test
  void aTimeoutBelowWhatAPageTakes() {
    properties.put("request.timeout.ms", "30000");
    assertThat(advice()).hasSize(1).first().asString().startsWith("request.timeout.ms");
  }

  @Test
  void aLogWithoutASnapshot() {
    properties.put("snapshot.mode", "no_data");
    assertThat(advice()).isEmpty();
    properties.put("log.topic", "true");
    assertThat(advice()).hasSize(1).first().asString().startsWith("snapshot.mode");
  }

  @Test
  void anExpressionThatMatchesNothing() {
    properties.put("table.include.list", "users, todo_.*, waitlist/.*");
    assertThat(advice())
        .containsExactly(
            "table.include.list: todo_.* matches no table that the deployment has now");
  }

  private List<String> advice() {
    return ConfigAdvice.on(
        new SourceConfig(properties),
        List.of(TableId.root("users"), TableId.parse("waitlist/signups")));
  }
}
