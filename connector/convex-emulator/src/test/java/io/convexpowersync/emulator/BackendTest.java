package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Older backends: what they answer differently, on the day before a change and on its day. */
class BackendTest extends EmulatorTest {
  private static final long DAY = Duration.ofDays(1).toNanos();

  private long start;

  private void start(Backend backend) throws IOException {
    restart(withManualClock().withBackend(backend));
  }

  @Override
  void populate() {
    start = emulator.head();
    emulator.commit(
        tx -> {
          tx.insert(TASKS, "{\"n\":1}");
          tx.insert(TablePath.root("users"), "{}");
          tx.insert(new TablePath("c", "tasks"), "{}");
        });
  }

  @ParameterizedTest
  @CsvSource({"2026-03-16, true", "2026-03-17, false"})
  void tableNameWasIgnored(LocalDate built, boolean ignored) throws IOException {
    start(Backend.of(built));
    assertThat(rows("tableName=tasks")).isEqualTo(ignored ? all(built) : 1);
    assertThat(rows("table_name=tasks")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"2025-08-13, true", "2025-08-14, false"})
  void selectionWasIgnored(LocalDate built, boolean ignored) throws IOException {
    start(Backend.of(built));
    TestClient.Answer answer =
        client.post(
            "/api/document_deltas",
            "{\"cursor\":" + start + ",\"selection\":{\"_other\":\"excluded\"}}");
    assertThat(answer.json().get("values")).hasSize(ignored ? all(built) : 0);
    assertThat(emulator.counters().ignoredSelections()).isEqualTo(ignored ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({"2024-10-15, 3", "2024-10-16, 2", "2026-08-10, 2", "2026-08-11, 3"})
  void deltasLostComponents(LocalDate built, int rows) throws IOException {
    start(Backend.of(built));
    assertThat(rows("")).isEqualTo(rows);
  }

  @ParameterizedTest
  @CsvSource({"2026-08-16, 500, InternalServerError", "2026-08-17, 400, InvalidListSnapshotCursor"})
  void aBadSnapshotCursorWasTheServersFault(LocalDate built, int status, String code)
      throws IOException {
    start(Backend.of(built));
    TestClient.Answer answer = client.get("/api/list_snapshot?cursor=x");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({"2026-07-09, 404, 404", "2026-08-16, 200, 404", "2026-08-17, 200, 200"})
  void dataSyncWasMissing(LocalDate built, int sync, int bridge) throws IOException {
    start(Backend.of(built));
    assertThat(client.post("/api/v1/data/sync", "{}").status()).isEqualTo(sync);
    assertThat(client.get("/api/v1/data/list_active_syncs").status()).isEqualTo(sync);
    assertThat(
            client.post("/api/data_sync_cursor_from_deltas", "{\"cursor\":" + start + "}").status())
        .isEqualTo(bridge);
  }

  @ParameterizedTest
  @CsvSource({
    "2025-03-03, 365, true",
    "2025-03-04, 31, false",
    "2026-03-08, 29, true",
    "2026-03-08, 31, false",
    "2026-03-09, 6, false"
  })
  void snapshotsCouldBeOlder(LocalDate built, int days, boolean readable) throws IOException {
    start(Backend.of(built));
    long pinned = emulator.head();
    clock.addAndGet(days * DAY);
    emulator.bumpHead();
    String code = client.get("/api/list_snapshot?snapshot=" + pinned).json().path("code").asText();
    assertThat(code.equals("SnapshotTooOld")).isEqualTo(!readable);
  }

  @ParameterizedTest
  @CsvSource({
    "2025-11-16, 60, true",
    "2025-11-17, 31, false",
    "2026-04-22, 29, true",
    "2026-04-23, 15, false"
  })
  void theLogWasKeptLonger(LocalDate built, int days, boolean readable) throws IOException {
    start(Backend.of(built));
    clock.addAndGet(days * DAY);
    assertThat(client.get("/api/document_deltas?cursor=" + emulator.head()).status())
        .isEqualTo(readable ? 200 : 400);
  }

  @ParameterizedTest
  @CsvSource({"2026-03-16, 1", "2026-03-17, 0"})
  void writesThatChangedNothingWereLogged(LocalDate built, int rows) throws IOException {
    start(Backend.of(built));
    long head = emulator.head();
    emulator.commit(tx -> tx.patch(TASKS, tx.ids(TASKS).get(0), "{\"n\":1}"));
    assertThat(client.get("/api/document_deltas?cursor=" + head).json().get("values"))
        .hasSize(rows);
  }

  @ParameterizedTest
  @CsvSource({"2026-04-08, 200", "2026-04-09, 403"})
  void thePermissionWasNotRequired(LocalDate built, int status) throws IOException {
    start(Backend.of(built));
    client.with("Authorization", "Convex " + emulator.keyWithoutDataView());
    assertThat(client.get("/api/list_snapshot").status()).isEqualTo(status);
  }

  @Test
  void formatsAndEndpointsMayBeMissing() throws IOException {
    start(Backend.CURRENT.withoutExportJson().without("/api/query_ts"));
    assertThat(client.get("/api/list_snapshot?format=export_json").code()).isEqualTo("BadFormat");
    assertThat(client.get("/api/list_snapshot?format=convex_encoded_json").status()).isEqualTo(200);
    assertThat(client.post("/api/query_ts", "")).isEqualTo(new TestClient.Answer(404, ""));
  }

  private static int all(LocalDate built) {
    return Backend.of(built).deltasHaveComponents() ? 3 : 2;
  }

  private int rows(String query) {
    return client
        .get("/api/document_deltas?cursor=" + start + "&" + query)
        .json()
        .get("values")
        .size();
  }
}
