package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FunctionCallTest extends EmulatorTest {
  private static final TablePath CHECKPOINTS = TablePath.root("powersync_checkpoints");
  private static final String CREATE_CHECKPOINT =
      "{\"path\":\"powersync_checkpoints:createCheckpoint\",\"args\":{},\"format\":\"json\"}";

  @Override
  EmulatorOptions options() {
    return withManualClock();
  }

  @Test
  void theCheckpointMutationKeepsOneRow() {
    long start = emulator.head();
    for (int i = 0; i < 3; i++) {
      clock.addAndGet(1_000_000);
      assertThat(client.post("/api/mutation", CREATE_CHECKPOINT))
          .isEqualTo(new TestClient.Answer(200, "{\"status\":\"success\",\"value\":null}"));
    }
    assertThat(client.get("/api/document_deltas?cursor=" + start).json().get("values")).hasSize(3);
    assertThat(
            emulator
                .stateAt(emulator.head())
                .documents(CHECKPOINTS, ValueFormat.EXPORT_JSON)
                .values())
        .singleElement()
        .asString()
        .contains("\"last_updated\":1785412800003.0}");
  }

  @Test
  void twoCheckpointsInOneMillisecondWriteOnce() {
    client.post("/api/mutation", CREATE_CHECKPOINT);
    long head = emulator.head();
    client.post("/api/mutation", CREATE_CHECKPOINT);
    assertThat(emulator.head()).isEqualTo(head);
  }

  @Test
  void aMissingFunctionIsAnErrorWithStatus200() {
    emulator.unregister("powersync_checkpoints:createCheckpoint");
    long head = emulator.head();
    TestClient.Answer answer = client.post("/api/mutation", CREATE_CHECKPOINT);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("status").asText()).isEqualTo("error");
    assertThat(answer.json().get("errorMessage").asText())
        .matches("(?s)\\[Request ID: [0-9a-f]{16}] Server Error\n.*createCheckpoint.*");
    assertThat(emulator.head()).isEqualTo(head);
  }

  @Test
  void registeredMutationsCommit() {
    emulator.register(
        FunctionKind.MUTATION,
        "lists/tasks:add",
        (tx, args) -> ConvexValue.of(tx.insert(TASKS, new ConvexValue.Obj(args.fields()))));
    String body =
        "{\"path\":\"lists/tasks.js:add\",\"args\":{\"n\":3,\"big\":{\"$integer\":\"AQAAAAAAIAA=\"}}}";
    TestClient.Answer answer = client.post("/api/mutation", body);
    String id = answer.json().get("value").asText();
    assertThat(emulator.stateAt(emulator.head()).documents(TASKS, ValueFormat.EXPORT_JSON).get(id))
        .contains("\"big\":9007199254740993,\"n\":3.0");
    assertThat(
            client.post("/api/run/lists/tasks/add", "{\"args\":{}}").json().get("status").asText())
        .isEqualTo("success");
    assertThat(client.post("/api/function", body).json().get("status").asText())
        .isEqualTo("success");
    assertThat(emulator.stateAt(emulator.head()).documentCount()).isEqualTo(3);
    assertThat(client.post("/api/query", body).json().get("status").asText()).isEqualTo("error");
  }

  @Test
  void queriesReadAndCannotWrite() {
    emulator.commit(tx -> tx.insert(TASKS, "{}"));
    long head = emulator.head();
    emulator.register(
        FunctionKind.QUERY, "q:count", (tx, args) -> ConvexValue.of((long) tx.ids(TASKS).size()));
    emulator.register(
        FunctionKind.QUERY, "q:write", (tx, args) -> ConvexValue.of(tx.insert(TASKS, args)));
    assertThat(client.get("/api/query?path=q:count&args=%7B%7D").body())
        .isEqualTo("{\"status\":\"success\",\"value\":\"1\"}");
    assertThat(
            client
                .post(
                    "/api/query",
                    "{\"path\":\"q:count\",\"args\":[{}],\"format\":\"convex_encoded_json\"}")
                .body())
        .isEqualTo("{\"status\":\"success\",\"value\":{\"$integer\":\"AQAAAAAAAAA=\"}}");
    assertThat(client.post("/api/query", "{\"path\":\"q:write\",\"args\":{}}").body())
        .contains("\"status\":\"error\"");
    assertThat(emulator.head()).isEqualTo(head);
  }

  @Test
  void applicationErrorsCarryDataAndRollBack() {
    emulator.register(
        FunctionKind.MUTATION,
        "m:fail",
        (tx, args) -> {
          tx.insert(TASKS, "{}");
          throw new ConvexFunctionException(
              "no", new ConvexValue.Obj(new TreeMap<>(Map.of("code", ConvexValue.of(7L)))));
        });
    long head = emulator.head();
    TestClient.Answer answer = client.post("/api/mutation", "{\"path\":\"m:fail\",\"args\":{}}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("errorData").get("code").asText()).isEqualTo("7");
    assertThat(emulator.head()).isEqualTo(head);
  }

  @Test
  void aPausedDeploymentFailsFunctionsButStillExports() {
    emulator.switches().functionsPaused(true);
    TestClient.Answer answer = client.post("/api/mutation", CREATE_CHECKPOINT);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("status").asText()).isEqualTo("error");
    assertThat(client.get("/api/list_snapshot").status()).isEqualTo(200);
  }

  @Test
  void publicFunctionsNeedNoKeyButAWrongOneIsRefused() {
    client.without("Authorization");
    assertThat(client.post("/api/mutation", CREATE_CHECKPOINT).body()).contains("success");
    client.with("Authorization", "Convex wrong|key");
    assertThat(client.post("/api/mutation", CREATE_CHECKPOINT).code()).isEqualTo("BadAdminKey");
  }
}
