package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlTest extends EmulatorTest {

  @Override
  EmulatorOptions options() {
    return EmulatorOptions.defaults().withControl(true).withNetworkFaults(true);
  }

  @Test
  void changesData() {
    JsonNode inserted =
        run("insert", "{\"table\":\"tasks\",\"documents\":[{\"n\":1,\"f\":1.0},{\"n\":2}]}");
    String id = inserted.at("/result/0").asText();
    assertThat(inserted.get("head").longValue()).isEqualTo(emulator.head());
    run("patch", "{\"table\":\"tasks\",\"id\":\"" + id + "\",\"fields\":{\"n\":3}}");
    assertThat(documents().get(id)).endsWith("\"f\":1.0,\"n\":3}");
    run("delete", "{\"table\":\"tasks\",\"id\":\"" + id + "\"}");
    assertThat(documents()).hasSize(1);
    run("replace-table", "{\"table\":\"tasks\",\"documents\":[{},{},{}]}");
    assertThat(documents()).hasSize(3);
    run("clear-table", "{\"table\":\"tasks\"}");
    assertThat(documents()).isEmpty();
    run("drop-table", "{\"table\":\"tasks\"}");
    run("create-table", "{\"component\":\"c\",\"table\":\"notes\"}");
    assertThat(emulator.stateAt(emulator.head()).tables())
        .containsExactly(new TablePath("c", "notes"));
  }

  @Test
  void movesTheHeadBothWays() {
    long start = emulator.head();
    long head = run("system-commits", "{\"commits\":3,\"rows\":128}").get("head").longValue();
    assertThat(head).isGreaterThan(start);
    assertThat(run("roll-back", "{\"ts\":" + start + "}").get("head").longValue()).isEqualTo(start);
    run("insert", "{\"table\":\"tasks\",\"documents\":[{}]}");
    run("expire", "{}");
    assertThat(client.get("/api/document_deltas?cursor=" + start).code())
        .isEqualTo("InvalidWindowToReadDocuments");
  }

  @Test
  void causesFaultsForTheDeploymentOnly() {
    run("fault", "{\"path\":\"/version\",\"status\":429,\"code\":\"X\",\"retryAfterSeconds\":1}");
    assertThat(client.get("/version").code()).isEqualTo("X");
    run("fault", "{\"status\":408,\"times\":5}");
    assertThat(client.get("/version")).isEqualTo(new TestClient.Answer(408, ""));
    run("no-faults", "");
    assertThat(client.get("/version").status()).isEqualTo(200);
    run("switch", "{\"exportEnabled\":false,\"idleBumps\":true,\"snapshotRowMillis\":1}");
    assertThat(client.get("/api/list_snapshot").code()).isEqualTo("StreamingExportNotEnabled");
    assertThat(run("requests", "").at("/result").get("/version").intValue()).isEqualTo(3);
  }

  @Test
  @Timeout(60)
  void isUnreachableForAWhileAndThenBack() {
    assertThatThrownBy(() -> run("unreachable", "{\"seconds\":1}"))
        .as("its own connection is cut, too")
        .isInstanceOf(UncheckedIOException.class);
    while (!isReachable()) {
      Thread.onSpinWait();
    }
  }

  private boolean isReachable() {
    try {
      return client.get("/version").status() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nonsense   | {}                              | no such command
          insert     | {                               | not JSON
          insert     | {"documents":[{}]}              | "table" must be a string
          drop-table | {"table":"none"}                | There is no table none
          fault      | {"times":3}                     | a fault has status
          roll-back  | {"ts":"x"}                      | "ts" must be an integer
          switch     | {"wrong":true}                  | no switch wrong
          """)
  void saysWhatIsWrong(String command, String body, String message) {
    TestClient.Answer answer = client.post("/emulator/" + command, body);
    assertThat(answer.code()).isEqualTo("EmulatorCommandRefused");
    assertThat(answer.json().get("message").asText()).contains(message);
  }

  @Test
  void hasToBeAskedFor() throws IOException {
    try (ConvexEmulator plain = ConvexEmulator.start()) {
      assertThat(new TestClient(plain).post("/emulator/requests", "").status()).isEqualTo(404);
    }
  }

  private JsonNode run(String command, String body) {
    TestClient.Answer answer = client.post("/emulator/" + command, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private Map<String, String> documents() {
    return emulator.stateAt(emulator.head()).documents(TASKS, ValueFormat.EXPORT_JSON);
  }
}
