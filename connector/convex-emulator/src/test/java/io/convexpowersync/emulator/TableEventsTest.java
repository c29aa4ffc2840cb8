package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Imports, drops, restores: what happens to whole tables and to the whole deployment. */
class TableEventsTest extends EmulatorTest {
  private static final TablePath NOTES = TablePath.root("notes");

  private String oldId;

  @Override
  EmulatorOptions options() {
    return withManualClock();
  }

  @Override
  void populate() {
    emulator.commit(tx -> oldId = tx.insert(TASKS, "{\"n\":1}"));
  }

  @Test
  void anImportIsExportedBeforeItEndsAndLeavesNoTombstones() {
    long start = emulator.head();
    TableImport replacement = emulator.replaceTable(TASKS);
    replacement.write(tx -> tx.insert(TASKS, "{\"n\":2}"));
    assertThat(deltas(start)).containsExactly("tasks 2");
    assertThat(snapshot()).containsExactlyInAnyOrder("tasks 1", "tasks 2");
    assertThat(state()).containsExactly("1");
    replacement.finish();
    assertThat(deltas(start)).containsExactly("tasks 2");
    assertThat(snapshot()).containsExactly("tasks 2");
    assertThat(state()).containsExactly("2");
    assertThat(emulator.stateAt(start).documents(TASKS, ValueFormat.EXPORT_JSON)).hasSize(1);
  }

  @Test
  void anImportThatKeepsIdsShowsThemTwice() {
    TableImport replacement = emulator.replaceTable(TASKS);
    replacement.write(tx -> tx.insert(TASKS, "{\"_id\":\"" + oldId + "\",\"n\":2}"));
    List<String> ids = new ArrayList<>();
    rows(this::snapshotPage).forEach(row -> ids.add(row.get("_id").asText()));
    assertThat(ids).containsExactly(oldId, oldId);
  }

  @Test
  void aFailedImportLeavesGhosts() {
    long start = emulator.head();
    TableImport replacement = emulator.replaceTable(TASKS);
    replacement.write(tx -> tx.insert(TASKS, "{\"n\":2}"));
    assertThat(deltas(start)).hasSize(1);
    replacement.fail();
    assertThat(deltas(start)).isEmpty();
    assertThat(snapshot()).containsExactly("tasks 1");
    assertThatThrownBy(replacement::finish).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anImportCreatesATable() {
    TableImport created = emulator.replaceTable(NOTES);
    created.write(tx -> tx.insert(NOTES, "{\"n\":3}"));
    assertThat(client.get("/api/get_table_column_names").body()).doesNotContain("notes");
    assertThat(client.get("/api/json_schemas").body()).doesNotContain("notes");
    created.finish();
    assertThat(client.get("/api/get_table_column_names").body()).contains("notes");
  }

  @Test
  void clearingLeavesTombstones() {
    emulator.commit(
        tx -> {
          for (int i = 0; i < 8001; i++) {
            tx.insert(NOTES, "{}");
          }
        });
    long start = emulator.head();
    emulator.clearTable(NOTES);
    assertThat(emulator.stateAt(emulator.head()).documents(NOTES, ValueFormat.EXPORT_JSON))
        .isEmpty();
    long cursor = start;
    List<Integer> pages = new ArrayList<>();
    do {
      JsonNode page = client.get("/api/document_deltas?cursor=" + cursor).json();
      page.get("values").forEach(row -> assertThat(row.get("_deleted").booleanValue()).isTrue());
      pages.add(page.get("values").size());
      cursor = page.get("cursor").longValue();
    } while (cursor < emulator.head());
    assertThat(pages).containsExactly(4000, 4000, 1);
  }

  @Test
  void aRemovedComponentGoesWithoutTombstones() {
    long start = emulator.head();
    emulator.commit(tx -> tx.insert(new TablePath("c", "tasks"), "{\"n\":4}"));
    assertThat(deltas(start)).containsExactly("c/tasks 4");
    emulator.removeComponent("c");
    assertThat(deltas(start)).isEmpty();
    assertThat(snapshot()).containsExactly("tasks 1");
  }

  @Test
  void aRestoredDeploymentIsBehindItsReaders() {
    long before = emulator.head();
    String columns = client.get("/api/get_table_column_names").body();
    clock.addAndGet(1_000_000);
    emulator.commit(
        tx -> {
          tx.patch(TASKS, oldId, "{\"n\":5,\"other\":true}");
          tx.insert(TASKS, "{\"n\":6}");
          tx.insert(NOTES, "{}");
        });
    long dropped = emulator.dropTable(TASKS);
    emulator.rollBackTo(before);
    assertThat(emulator.head()).isEqualTo(before);
    assertThat(state()).containsExactly("1");
    assertThat(client.get("/api/get_table_column_names").body()).isEqualTo(columns);
    assertThat(client.get("/api/list_snapshot?snapshot=" + dropped).code())
        .isEqualTo("SnapshotTooNew");
    assertThat(client.get("/api/document_deltas?cursor=" + dropped).body())
        .isEqualTo("{\"values\":[],\"cursor\":" + before + ",\"hasMore\":false}");
    clock.addAndGet(-1_000_000);
    assertThat(emulator.commit(tx -> tx.patch(TASKS, oldId, "{\"n\":7}"))).isLessThan(dropped);
    assertThatThrownBy(() -> emulator.rollBackTo(dropped))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anIdleDeploymentBumpsItsHeadNowAndThen() {
    long head = emulator.head();
    emulator.switches().idleBumps(true);
    clock.addAndGet(4_999_999_999L);
    client.get("/version");
    assertThat(emulator.head()).isEqualTo(head);
    clock.addAndGet(1);
    client.get("/version");
    long bumped = emulator.head();
    assertThat(bumped).isEqualTo(clock.get());
    clock.addAndGet(3_599_999_999_999L);
    client.get("/version");
    assertThat(emulator.head()).isEqualTo(bumped);
    clock.addAndGet(3_600_000_000_001L);
    client.get("/version");
    assertThat(emulator.head()).isEqualTo(clock.get());
  }

  private interface Pages {
    JsonNode page(String cursor);
  }

  private JsonNode snapshotPage(String cursor) {
    return client.get("/api/list_snapshot?snapshot=" + emulator.head() + cursor).json();
  }

  private static List<JsonNode> rows(Pages pages) {
    List<JsonNode> rows = new ArrayList<>();
    JsonNode page = pages.page("");
    page.get("values").forEach(rows::add);
    while (page.get("hasMore").booleanValue()) {
      page = pages.page("&cursor=" + TestClient.encode(page.get("cursor").asText()));
      page.get("values").forEach(rows::add);
    }
    return rows;
  }

  private List<String> snapshot() {
    return rows(this::snapshotPage).stream().map(TableEventsTest::shown).toList();
  }

  private List<String> deltas(long start) {
    List<String> shown = new ArrayList<>();
    client
        .get("/api/document_deltas?cursor=" + start)
        .json()
        .get("values")
        .forEach(row -> shown.add(shown(row)));
    return shown;
  }

  private static String shown(JsonNode row) {
    TablePath table = new TablePath(row.get("_component").asText(), row.get("_table").asText());
    return table + " " + row.path("n").asText();
  }

  private List<String> state() {
    return emulator
        .stateAt(emulator.head())
        .documents(TASKS, ValueFormat.EXPORT_JSON)
        .values()
        .stream()
        .map(json -> json.replaceFirst(".*\"n\":(\\d+).*", "$1"))
        .toList();
  }
}
