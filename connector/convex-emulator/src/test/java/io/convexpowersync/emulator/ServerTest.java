package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ServerTest extends EmulatorTest {

  @Override
  EmulatorOptions options() {
    return EmulatorOptions.defaults().withInstanceName("quiet-fox-7");
  }

  @Test
  void tellsWhoItIs() {
    assertThat(emulator.adminKey()).matches("quiet-fox-7\\|01[0-9a-f]{64}");
    assertThat(client.get("/instance_name").body()).isEqualTo("quiet-fox-7");
    assertThat(client.get("/version").body()).isEqualTo("unknown");
    assertThat(client.get("/api/check_admin_key").json().get("success").booleanValue()).isTrue();
  }

  @Test
  void theHeadIsLittleEndianBase64() {
    emulator.commit(tx -> tx.insert(TASKS, "{}"));
    String ts = client.without("Authorization").post("/api/query_ts", "").json().get("ts").asText();
    long head =
        ByteBuffer.wrap(Base64.getDecoder().decode(ts)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(head).isEqualTo(emulator.head());
    assertThat(Long.toString(head)).hasSize(19);
  }

  @Test
  void countsRequestsAndDocuments() {
    emulator.commit(
        tx -> {
          tx.insert(TASKS, "{}");
          tx.insert(TASKS, "{}");
        });
    client.get("/api/list_snapshot");
    client.get("/api/document_deltas?cursor=0");
    client.get("/api/document_deltas?cursor=x");
    assertThat(emulator.counters().snapshotDocuments()).isEqualTo(2);
    assertThat(emulator.counters().deltaDocuments()).isEqualTo(2);
    assertThat(emulator.counters().requests("/api/document_deltas")).isEqualTo(2);
    assertThat(emulator.counters().requests())
        .containsOnlyKeys("/api/list_snapshot", "/api/document_deltas");
  }

  @Test
  void injectsFaults() {
    AtomicReference<Fault> fault = new AtomicReference<>(Fault.error(429, "TooManyRequests"));
    emulator.faults(request -> fault.getAndSet(Fault.NONE));
    assertThat(client.get("/api/list_snapshot").code()).isEqualTo("TooManyRequests");
    assertThat(client.get("/api/list_snapshot").status()).isEqualTo(200);
    fault.set(Fault.status(408, ""));
    assertThat(client.get("/api/list_snapshot")).isEqualTo(new TestClient.Answer(408, ""));
    fault.set(Fault.cutBody(20));
    assertThatThrownBy(() -> client.get("/api/list_snapshot"))
        .isInstanceOf(UncheckedIOException.class);
    long before = System.nanoTime();
    fault.set(Fault.error(503, "Overloaded").after(Duration.ofMillis(150)));
    assertThat(client.get("/api/list_snapshot").status()).isEqualTo(503);
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(150_000_000);
  }

  @Test
  void cutsLargeBodiesToo() {
    fill(3_000_000);
    for (long cut : new long[] {10, 1 << 20, 2_900_000}) {
      emulator.faults(request -> Fault.cutBody(cut));
      assertThatThrownBy(() -> client.get("/api/list_snapshot"))
          .isInstanceOf(UncheckedIOException.class);
    }
    emulator.faults(request -> Fault.NONE);
    assertThat(client.get("/api/list_snapshot").json().get("values")).hasSize(30);
  }

  @Test
  void showsRequestsToTheInjectorWithoutPrintingTheKey() {
    AtomicReference<EmulatorRequest> seen = new AtomicReference<>();
    emulator.faults(
        request -> {
          seen.set(request);
          return Fault.NONE;
        });
    client.with("Convex-Client", "kafka-connect-convex-1.0.0").post("/api/list_snapshot", "{}");
    assertThat(seen.get().header("convex-client")).contains("kafka-connect-convex-1.0.0");
    assertThat(seen.get().body()).asString().isEqualTo("{}");
    assertThat(seen.get()).hasToString("POST /api/list_snapshot");
  }

  @Test
  void aTakenPortIsAnError() {
    int port = URI.create(emulator.url()).getPort();
    assertThatThrownBy(() -> ConvexEmulator.start(EmulatorOptions.defaults().withPort(port)))
        .isInstanceOf(BindException.class);
  }

  @Test
  void generatedDataIsTheSameForTheSameSeed() throws IOException {
    EmulatorData data = new EmulatorData.Generated("notes", 250, 400, 9);
    try (ConvexEmulator first = ConvexEmulator.start(EmulatorOptions.defaults().withData(data));
        ConvexEmulator second =
            ConvexEmulator.start(EmulatorOptions.defaults().withData(data).withSeed(77))) {
      var documents =
          first.stateAt(first.head()).documents(TablePath.root("notes"), ValueFormat.EXPORT_JSON);
      assertThat(documents).hasSize(250);
      assertThat(documents.values())
          .allSatisfy(json -> assertThat(json.length()).isBetween(380, 420));
      assertThat(
              second
                  .stateAt(second.head())
                  .documents(TablePath.root("notes"), ValueFormat.EXPORT_JSON))
          .isEqualTo(documents);
    }
  }

  @Test
  void describesTablesByTheirData() {
    emulator.createTable(TablePath.root("empty"));
    String[] user = new String[1];
    emulator.commit(tx -> user[0] = tx.insert(TablePath.root("users"), "{}"));
    emulator.commit(
        tx -> {
          tx.insert(
              TASKS,
              "{\"rank\":1,\"assignee\":\""
                  + user[0]
                  + "\",\"labels\":[\"x\"],\"none\":[],\"deep\":{\"a\":1.0},"
                  + "\"score\":{\"$float\":\"AAAAAAAA+H8=\"},\"raw\":{\"$bytes\":\"\"}}");
          tx.insert(TASKS, "{\"rank\":2,\"assignee\":null,\"deep\":{}}");
          tx.insert(new TablePath("c", "inner"), "{\"flag\":true}");
        });
    JsonNode schemas = client.get("/api/json_schemas?deltaSchema=true&byComponent=true").json();
    assertThat(schemas.at("/c/inner/properties/flag").toString())
        .isEqualTo("{\"type\":\"boolean\"}");
    JsonNode tasks = schemas.at("/").get("tasks");
    assertThat(tasks.get("properties").toString())
        .isEqualTo(
            "{\"_creationTime\":{\"type\":\"number\"},"
                + "\"_id\":{\"$description\":\"Id(tasks)\",\"type\":\"string\"},"
                + "\"assignee\":{\"anyOf\":[{\"$description\":\"Id(users)\",\"type\":\"string\"},"
                + "{\"type\":\"null\"}]},"
                + "\"deep\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\"}},"
                + "\"additionalProperties\":false,\"required\":[]},"
                + "\"labels\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
                + "\"none\":{\"type\":\"array\",\"items\":false},"
                + "\"rank\":{\"$description\":\"int64 represented as base10 string\","
                + "\"type\":\"string\"},"
                + "\"raw\":{\"$description\":\"base64 bytes\",\"type\":\"string\"},"
                + "\"score\":{\"$description\":\"float64\",\"anyOf\":[{\"type\":\"number\"},"
                + "{\"type\":\"string\",\"$description\":\"-inf, inf, or NaN\"}]},"
                + "\"_table\":{\"type\":\"string\"},\"_component\":{\"type\":\"string\"},"
                + "\"_ts\":{\"type\":\"integer\"},\"_deleted\":{\"type\":\"boolean\"}}");
    assertThat(tasks.get("required").toString())
        .isEqualTo("[\"_creationTime\",\"_id\",\"assignee\",\"deep\",\"rank\"]");
    assertThat(client.get("/api/json_schemas").json().get("empty").toString())
        .isEqualTo(
            "{\"type\":\"object\",\"properties\":{\"_creationTime\":{\"type\":\"number\"},"
                + "\"_id\":{\"$description\":\"Id(empty)\",\"type\":\"string\"}},"
                + "\"additionalProperties\":false,\"required\":[\"_creationTime\",\"_id\"],"
                + "\"$schema\":\"http://json-schema.org/draft-07/schema#\"}");
  }

  private void fill(int bytes) {
    emulator.commit(
        tx -> {
          for (int i = 0; i < 30; i++) {
            tx.insert(TASKS, "{\"text\":\"" + "x".repeat(bytes / 30) + "\"}");
          }
        });
  }
}
