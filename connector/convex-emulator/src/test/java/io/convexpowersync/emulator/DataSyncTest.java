package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSyncTest extends EmulatorTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final long SECOND = 1_000_000_000L;

  /** What a caller holds: documents by table and id. */
  private final TreeMap<TablePath, TreeMap<String, String>> copy = new TreeMap<>();

  private String cursor = "";
  private String selection = "";

  @Override
  EmulatorOptions options() {
    return withManualClock()
        .withLimits(
            EmulatorOptions.Limits.DEFAULTS.withDataSync(
                new EmulatorOptions.Limits.DataSync(3, 2_000, 5, Duration.ofSeconds(30))));
  }

  @Test
  void goesFromSnapshottingToUpToDate() {
    insert(TASKS, 4);
    insert(USERS, 1);
    JsonNode first = page();
    assertThat(first.get("truncates"))
        .extracting(truncate -> truncate.get("table").asText())
        .containsExactlyInAnyOrder("tasks", "users");
    assertThat(first.at("/status/type").asText()).isEqualTo("snapshotting");
    assertThat(first.get("status").has("snapshotTs")).isFalse();
    List<String> states = new ArrayList<>();
    JsonNode page;
    do {
      page = page();
      assertThat(page.get("truncates")).isEmpty();
      assertThat(page.at("/pagination/hasMore").booleanValue()).isTrue();
      assertThat(page.get("syncId")).isEqualTo(first.get("syncId"));
      states.add(page.at("/status/type").asText());
    } while (!states.contains("upToDate"));
    assertThat(states).contains("snapshotting", "stale");
    assertThat(page.at("/status/snapshotTs").longValue()).isEqualTo(emulator.head());
    compare(emulator.head());
  }

  @Test
  void putsTheMetadataBesideTheDocument() {
    String[] id = new String[1];
    emulator.commit(tx -> id[0] = tx.insert(TASKS, "{\"n\":42,\"f\":42.0}"));
    long ts = emulator.head();
    assertThat(client.post("/api/v1/data/sync", "{}").body())
        .contains(
            "\"values\":[{\"component\":\"\",\"table\":\"tasks\",\"ts\":"
                + ts
                + ",\"deleted\":false,\"value\":{\"_creationTime\":1785412800000.0,\"_id\":\""
                + id[0]
                + "\",\"f\":42.0,\"n\":42}}]");
    String bridge = bridge(ts);
    emulator.commit(tx -> tx.delete(TASKS, id[0]));
    assertThat(client.post("/api/v1/data/sync", "{\"cursor\":\"" + bridge + "\"}").body())
        .contains("\"deleted\":true,\"value\":{\"_id\":\"" + id[0] + "\"}}]");
  }

  @Test
  void aDocumentThatChangesDuringTheWalkComesAgain() {
    insert(TASKS, 7);
    JsonNode first = page();
    String seen = first.at("/values/0/value/_id").asText();
    long firstTs = first.at("/values/0/ts").longValue();
    clock.addAndGet(31 * SECOND);
    emulator.commit(tx -> tx.patch(TASKS, seen, "{\"n\":99}"));
    JsonNode second = page();
    assertThat(second.at("/status/type").asText()).isEqualTo("snapshotting");
    assertThat(second.at("/values/0/value/_id").asText()).isEqualTo(seen);
    assertThat(second.at("/values/0/ts").longValue()).isGreaterThan(firstTs);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyConsistentPageIsTheState(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    insert(TASKS, 10);
    insert(USERS, 5);
    int consistent = 0;
    for (int i = 0; i < 60; i++) {
      JsonNode page = page();
      if (page.get("status").has("snapshotTs")) {
        compare(page.at("/status/snapshotTs").longValue());
        consistent++;
      }
      for (int j = random.nextInt(3); j > 0; j--) {
        clock.addAndGet(random.nextLong(20 * SECOND));
        change(random);
      }
    }
    assertThat(consistent).isPositive();
  }

  private void change(SplittableRandom random) {
    TablePath table = random.nextBoolean() ? TASKS : USERS;
    emulator.commit(
        tx -> {
          List<String> ids = tx.ids(table);
          tx.insert(table, "{\"n\":" + random.nextInt(100) + "}");
          if (ids.size() > 3) {
            tx.delete(table, ids.get(random.nextInt(ids.size())));
          }
        });
  }

  @Test
  void neverSplitsACommit() {
    follow();
    insert(TASKS, 8);
    JsonNode page = page();
    page = page.get("values").isEmpty() ? page() : page;
    assertThat(page.get("truncates").size() + page.get("values").size()).isPositive();
    follow();
    long before = emulator.head();
    insert(TASKS, 8);
    insert(TASKS, 1);
    assertThat(page().get("values")).hasSize(8);
    assertThat(emulator.head()).isGreaterThan(before);
  }

  @Test
  void aPageIsLimitedInBytes() {
    emulator.commit(
        tx -> {
          for (int i = 0; i < 3; i++) {
            tx.insert(TASKS, "{\"text\":\"" + "x".repeat(1500) + "\"}");
          }
        });
    assertThat(page().get("values")).hasSize(2);
  }

  @Test
  void aTableThatIsSelectedLaterIsTruncatedFirst() {
    insert(TASKS, 2);
    insert(USERS, 2);
    selection = only("tasks");
    follow();
    assertThat(copy).containsOnlyKeys(TASKS);
    selection = "";
    JsonNode page = page();
    assertThat(page.get("truncates")).hasSize(1);
    assertThat(page.at("/truncates/0/table").asText()).isEqualTo("users");
    follow();
    compare(emulator.head());
    selection = only("users");
    assertThat(page().get("truncates")).isEmpty();
  }

  @Test
  void anImportTruncatesAndStartsAgain() {
    insert(TASKS, 2);
    follow();
    TableImport replacement = emulator.replaceTable(TASKS);
    replacement.write(tx -> tx.insert(TASKS, "{\"n\":7}"));
    JsonNode page = page();
    assertThat(page.get("truncates")).hasSize(1);
    replacement.finish();
    follow();
    compare(emulator.head());
    assertThat(copy.get(TASKS)).hasSize(1);
  }

  @Test
  void aDroppedTableStopsSilently() {
    insert(TASKS, 2);
    follow();
    emulator.dropTable(TASKS);
    JsonNode page = page();
    assertThat(page.get("truncates")).isEmpty();
    assertThat(page.get("values")).isEmpty();
  }

  @Test
  void cursorsAreAlwaysNewAndOnlyOfThisDeployment() throws IOException {
    insert(TASKS, 1);
    follow();
    String text = cursor;
    page();
    String second = cursor;
    page();
    assertThat(cursor).isNotEqualTo(second).isNotEqualTo(text);
    try (ConvexEmulator other =
        ConvexEmulator.start(EmulatorOptions.defaults().withInstanceName("other-1"))) {
      TestClient.Answer answer =
          new TestClient(other).post("/api/v1/data/sync", "{\"cursor\":\"" + text + "\"}");
      assertThat(answer.code()).isEqualTo("InvalidDataSyncCursor");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"cursor":"abc"}                              | InvalidDataSyncCursor
          {"cursor":"%%"}                               | InvalidDataSyncCursor
          {"cursor":1}                                  | BadJsonBody
          {"selection":{}}                              | BadJsonBody
          {"selection":{"_other":"excluded","":{"_other":"excluded","a-b":{"_other":"included"}}}} | InvalidDataSyncSelection
          {"selection":{"_other":"excluded","":{"_other":"excluded","a":{"_other":"excluded"}}}} | InvalidDataSyncSelection
          """)
  void refusesWhatItCannotRead(String body, String code) {
    TestClient.Answer answer = client.post("/api/v1/data/sync", body);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void cursorsExpireAndCannotBeAhead() {
    long start = emulator.head();
    insert(TASKS, 1);
    String old = bridge(start);
    String recent = bridge(emulator.head());
    emulator.expireBefore(start + 2);
    assertThat(client.post("/api/v1/data/sync", "{\"cursor\":\"" + old + "\"}").code())
        .isEqualTo("DataSyncCursorExpired");
    assertThat(bridgeAnswer(start).code()).isEqualTo("DataSyncCursorExpired");
    assertThat(bridgeAnswer(emulator.head() + 1).code()).isEqualTo("InvalidDataSyncCursor");
    emulator.rollBackTo(start);
    assertThat(client.post("/api/v1/data/sync", "{\"cursor\":\"" + recent + "\"}").code())
        .isEqualTo("InvalidDataSyncCursor");
  }

  @Test
  void theBridgeContinuesWhereDeltasWere() {
    insert(TASKS, 3);
    long ts = emulator.head();
    insert(USERS, 1);
    cursor = bridge(ts);
    JsonNode page = page();
    assertThat(page.get("truncates")).isEmpty();
    assertThat(page.get("values")).hasSize(1);
    assertThat(page.at("/values/0/table").asText()).isEqualTo("users");
  }

  @Test
  void aSyncNeedsSummariesToBeginAndMovesTheHead() {
    emulator.switches().summariesAvailable(false);
    assertThat(client.post("/api/v1/data/sync", "{}").status()).isEqualTo(503);
    emulator.switches().summariesAvailable(true);
    long head = emulator.head();
    page();
    assertThat(emulator.head()).isGreaterThan(head);
    head = emulator.head();
    page();
    assertThat(emulator.head()).isEqualTo(head);
    clock.addAndGet(5 * SECOND);
    page();
    assertThat(emulator.head()).isGreaterThan(head);
  }

  @Test
  void listsActiveSyncs() {
    insert(TASKS, 2);
    client.with("Convex-Client", "fivetran-2.0.2");
    follow();
    cursor = "";
    client.with("Convex-Client", "kafka-connect-convex-1.0.0");
    follow();
    JsonNode first = client.get("/api/v1/data/list_active_syncs?limit=1").json();
    JsonNode all = client.get("/api/v1/data/list_active_syncs").json();
    assertThat(first.get("syncs")).hasSize(1);
    assertThat(first.at("/pagination/hasMore").booleanValue()).isTrue();
    assertThat(all.get("syncs")).hasSize(2);
    assertThat(all.at("/syncs/1/syncId").asText()).startsWith("fivetran-");
    assertThat(all.at("/syncs/1/numTablesSynced").intValue()).isEqualTo(1);
    assertThat(client.get("/api/v1/data/list_active_syncs?limit=0").code())
        .isEqualTo("LimitOutOfRange");
    clock.addAndGet(4 * 86_400 * SECOND);
    assertThat(client.get("/api/v1/data/list_active_syncs").json().get("syncs")).isEmpty();
  }

  private void insert(TablePath table, int count) {
    emulator.commit(
        tx -> {
          for (int i = 0; i < count; i++) {
            tx.insert(table, "{\"n\":" + i + "}");
          }
        });
  }

  private static String only(String table) {
    return "\"selection\":{\"_other\":\"excluded\",\"\":{\"_other\":\"excluded\",\""
        + table
        + "\":{\"_other\":\"included\"}}}";
  }

  private String bridge(long ts) {
    return bridgeAnswer(ts).json().get("cursor").asText();
  }

  private TestClient.Answer bridgeAnswer(long ts) {
    return client.post("/api/data_sync_cursor_from_deltas", "{\"cursor\":" + ts + "}");
  }

  private void follow() {
    JsonNode page;
    do {
      page = page();
    } while (!page.at("/status/type").asText().equals("upToDate"));
  }

  private JsonNode page() {
    String comma = cursor.isEmpty() || selection.isEmpty() ? "" : ",";
    String sent = cursor.isEmpty() ? "" : "\"cursor\":\"" + cursor + "\"";
    TestClient.Answer answer =
        client.post("/api/v1/data/sync", "{" + sent + comma + selection + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    JsonNode page = answer.json();
    page.get("truncates").forEach(t -> copy.remove(path(t)));
    page.get("values").forEach(this::apply);
    cursor = page.at("/pagination/nextCursor").asText();
    return page;
  }

  private void apply(JsonNode row) {
    TreeMap<String, String> documents = copy.computeIfAbsent(path(row), key -> new TreeMap<>());
    String id = row.at("/value/_id").asText();
    if (row.get("deleted").booleanValue()) {
      documents.remove(id);
    } else {
      documents.put(id, row.at("/value/n").toString());
    }
  }

  private static TablePath path(JsonNode node) {
    return new TablePath(node.get("component").asText(), node.get("table").asText());
  }

  private void compare(long ts) {
    TreeMap<TablePath, TreeMap<String, String>> expected = new TreeMap<>();
    emulator
        .stateAt(ts)
        .forEach(
            ValueFormat.EXPORT_JSON,
            (table, id, json) ->
                expected
                    .computeIfAbsent(table, key -> new TreeMap<>())
                    .put(id, json.replaceFirst(".*\"n\":(-?\\d+).*", "$1")));
    copy.values().removeIf(TreeMap::isEmpty);
    assertThat(copy).isEqualTo(expected);
  }
}
