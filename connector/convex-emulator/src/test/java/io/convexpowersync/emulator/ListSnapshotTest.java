package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ListSnapshotTest extends EmulatorTest {
  private static final TablePath USERS = TablePath.root("users");

  @Override
  EmulatorOptions options() {
    return EmulatorOptions.defaults().withLimits(EmulatorOptions.Limits.DEFAULTS.withPages(3, 4));
  }

  @Test
  void writesRowsByteForByte() {
    String[] id = new String[1];
    long ts =
        emulator.commit(
            tx ->
                id[0] =
                    tx.insert(
                        TASKS,
                        "{\"title\":\"water\",\"rank\":9007199254740993,\"Upper\":1.0,"
                            + "\"_creationTime\":1785412799871.25}"));
    assertThat(client.get("/api/list_snapshot?format=export_json&snapshot=" + ts).body())
        .isEqualTo(
            "{\"values\":[{\"_component\":\"\",\"_table\":\"tasks\",\"_ts\":"
                + ts
                + ",\"Upper\":1.0,\"_creationTime\":1785412799871.25,\"_id\":\""
                + id[0]
                + "\",\"rank\":9007199254740993,\"title\":\"water\"}],\"snapshot\":"
                + ts
                + ",\"cursor\":null,\"hasMore\":false}");
    assertThat(client.get("/api/list_snapshot").body())
        .contains("\"rank\":\"9007199254740993\",\"title\"");
    assertThat(client.post("/api/list_snapshot", "{\"format\":\"convex_json\"}").body())
        .contains("\"rank\":{\"$integer\":\"AQAAAAAAIAA=\"},\"title\"");
  }

  @Test
  void aPageHoldsOneTableAndEveryTableEndsItsPage() {
    emulator.createTable(TablePath.root("empty"));
    insert(TASKS, 7);
    insert(USERS, 3);
    List<JsonNode> pages = walk(emulator.head(), "");
    assertThat(pages)
        .allSatisfy(
            page ->
                assertThat(
                        page.get("values").findValuesAsText("_table").stream().distinct().count())
                    .isLessThanOrEqualTo(1))
        .allSatisfy(
            page ->
                assertThat(page.get("hasMore").booleanValue())
                    .isEqualTo(!page.get("cursor").isNull()));
    List<Integer> sizes = pages.stream().map(page -> page.get("values").size()).sorted().toList();
    // tasks 3+3+1, users 3+0, empty 0
    assertThat(sizes).containsExactly(0, 0, 1, 3, 3, 3);
  }

  @Test
  void aPinnedSnapshotDoesNotSeeLaterCommits() {
    insert(TASKS, 5);
    long pinned = emulator.head();
    List<String> before = new ArrayList<>();
    walk(pinned, "").forEach(page -> page.get("values").forEach(row -> before.add(row.toString())));
    emulator.commit(
        tx -> {
          List<String> ids = tx.ids(TASKS);
          tx.delete(TASKS, ids.get(0));
          tx.patch(TASKS, ids.get(1), "{\"n\":99}");
          tx.insert(TASKS, "{}");
          tx.insert(USERS, "{}");
        });
    List<String> after = new ArrayList<>();
    walk(pinned, "").forEach(page -> page.get("values").forEach(row -> after.add(row.toString())));
    assertThat(after).isEqualTo(before).hasSize(5);
  }

  @Test
  void aTableDroppedLaterIsStillInAnOlderSnapshot() {
    insert(TASKS, 2);
    long pinned = emulator.head();
    emulator.dropTable(TASKS);
    assertThat(walk(pinned, "").get(0).get("values")).hasSize(2);
    assertThat(walk(emulator.head(), "").get(0).get("values")).isEmpty();
  }

  @Test
  void anUnknownTableIsACheapWayToReadTheHead() {
    insert(TASKS, 2);
    TestClient.Answer answer = client.get("/api/list_snapshot?table_name=nothing");
    assertThat(answer.body())
        .isEqualTo(
            "{\"values\":[],\"snapshot\":"
                + emulator.head()
                + ",\"cursor\":null,\"hasMore\":false}");
  }

  @Test
  void theCursorAtTheStartOfATableHoldsTheMinimumId() {
    insert(TASKS, 1);
    insert(USERS, 1);
    JsonNode first = walk(emulator.head(), "").get(0);
    assertThat(first.get("cursor").asText())
        .matches("\\{\"tablet\":\"[A-Za-z0-9_-]{22}\",\"id\":\"0400000000000000000000000000248\"}");
  }

  @Test
  void aWalkBesideAWriterIsExact() throws Exception {
    insert(TASKS, 200);
    insert(USERS, 50);
    long pinned = emulator.head();
    AtomicBoolean stop = new AtomicBoolean();
    FutureTask<Void> writer = new FutureTask<>(() -> write(stop), null);
    new Thread(writer).start();
    try {
      Map<String, String> walked = new TreeMap<>();
      walk(pinned, "&format=export_json")
          .forEach(
              page ->
                  page.get("values")
                      .forEach(row -> walked.put(row.get("_id").asText(), row.get("n").asText())));
      Map<String, String> expected = new TreeMap<>();
      emulator
          .stateAt(pinned)
          .forEach(
              ValueFormat.EXPORT_JSON,
              (table, id, json) -> expected.put(id, json.replaceFirst(".*\"n\":(\\d+).*", "$1")));
      assertThat(walked).hasSize(250).isEqualTo(expected);
    } finally {
      stop.set(true);
      writer.get(10, TimeUnit.SECONDS);
    }
    assertThat(emulator.head()).isGreaterThan(pinned);
  }

  private void write(AtomicBoolean stop) {
    int n = 1000;
    do {
      int value = n++;
      emulator.commit(
          tx -> {
            List<String> ids = tx.ids(TASKS);
            tx.patch(TASKS, ids.get(value % ids.size()), "{\"n\":" + value + "}");
            tx.delete(TASKS, ids.get((value + 1) % ids.size()));
            tx.insert(TASKS, "{\"n\":" + value + "}");
          });
    } while (!stop.get());
  }

  private void insert(TablePath table, int count) {
    emulator.commit(
        tx -> {
          for (int i = 0; i < count; i++) {
            tx.insert(table, "{\"n\":" + i + "}");
          }
        });
  }

  private List<JsonNode> walk(long snapshot, String query) {
    List<JsonNode> pages = new ArrayList<>();
    String cursor = "";
    do {
      TestClient.Answer answer =
          client.get("/api/list_snapshot?snapshot=" + snapshot + cursor + query);
      assertThat(answer.status()).isEqualTo(200);
      pages.add(answer.json());
      cursor = "&cursor=" + TestClient.encode(answer.json().get("cursor").asText());
    } while (pages.get(pages.size() - 1).get("hasMore").booleanValue());
    return pages;
  }
}
