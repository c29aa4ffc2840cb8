package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MutationTest extends EmulatorTest {

  private long start;

  @Override
  EmulatorOptions options() {
    return withManualClock();
  }

  @Override
  void populate() {
    start = emulator.head();
  }

  @Test
  void timestampsFollowTheClockAndAlwaysGrow() {
    long first = emulator.commit(tx -> tx.insert(TASKS, "{}"));
    assertThat(first).isEqualTo(start + 1);
    clock.addAndGet(1000);
    long second = emulator.commit(tx -> tx.insert(TASKS, "{}"));
    assertThat(second).isEqualTo(clock.get());
    clock.addAndGet(-5000);
    assertThat(emulator.commit(tx -> tx.insert(TASKS, "{}"))).isEqualTo(second + 1);
    assertThat(emulator.commitAt(second + 100, tx -> tx.insert(TASKS, "{}")))
        .isEqualTo(second + 100)
        .isEqualTo(emulator.head());
    assertThatThrownBy(() -> emulator.commitAt(second, tx -> tx.insert(TASKS, "{}")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void writesOfOneDocumentCollapse() {
    emulator.commit(
        tx -> {
          String id = tx.insert(TASKS, "{\"n\":1,\"gone\":true}");
          tx.patch(TASKS, id, "{\"n\":2,\"m\":3}");
          tx.unset(TASKS, id, "gone");
        });
    JsonNode rows = deltas(start);
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).get("n").asText()).isEqualTo("2");
    assertThat(rows.get(0).get("m").asText()).isEqualTo("3");
    assertThat(rows.get(0).has("gone")).isFalse();
  }

  @Test
  void anInsertDeletedInTheSameMutationLeavesATombstone() {
    String[] id = new String[1];
    emulator.commit(
        tx -> {
          id[0] = tx.insert(TASKS, "{}");
          tx.delete(TASKS, id[0]);
          assertThat(tx.get(TASKS, id[0])).isEmpty();
          assertThat(tx.ids(TASKS)).isEmpty();
        });
    JsonNode rows = deltas(start);
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).get("_deleted").booleanValue()).isTrue();
    assertThat(rows.get(0).get("_id").asText()).isEqualTo(id[0]);
  }

  @Test
  void aWriteThatChangesNothingIsNone() {
    long inserted = emulator.commit(tx -> tx.insert(TASKS, "{\"n\":1,\"f\":-0.0}"));
    long same =
        emulator.commit(
            tx -> {
              String id = tx.ids(TASKS).get(0);
              tx.patch(TASKS, id, "{\"n\":1}");
              tx.replace(TASKS, id, "{\"f\":-0.0,\"n\":1}");
            });
    assertThat(same).isEqualTo(inserted).isEqualTo(emulator.head());
    long changed = emulator.commit(tx -> tx.patch(TASKS, tx.ids(TASKS).get(0), "{\"n\":1.0}"));
    assertThat(changed).isGreaterThan(inserted);
    assertThat(deltas(inserted)).hasSize(1);
  }

  @Test
  void aFailedMutationWritesNothing() {
    assertThatThrownBy(
            () ->
                emulator.commit(
                    tx -> {
                      tx.insert(TASKS, "{}");
                      tx.delete(TASKS, "nonsense");
                    }))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(emulator.head()).isEqualTo(start);
    assertThat(emulator.stateAt(start).tables()).isEmpty();
  }

  @Test
  void refusesDocumentsThatConvexRefuses() {
    assertRefused("{\"_private\":1}");
    assertRefused("{\"a b\":1}");
    assertRefused("{\"\":1}");
    assertRefused("{\"" + "a".repeat(65) + "\":1}");
    assertRefused("{\"_creationTime\":1}");
    assertRefused("{\"_id\":1}");
    assertRefused("[]");
  }

  @Test
  void idsAndCreationTimesLookLikeConvexs() {
    List<String> ids = new ArrayList<>();
    emulator.commit(
        tx -> {
          ids.add(tx.insert(TASKS, "{}"));
          ids.add(tx.insert(TASKS, "{}"));
          ids.add(tx.insert(TablePath.root("users"), "{}"));
          ids.add(tx.insert(new TablePath("c", "users"), "{}"));
        });
    assertThat(ids).allSatisfy(id -> assertThat(id).hasSize(32));
    assertThat(ids.stream().map(id -> DocumentId.parse(id).tableNumber()))
        .containsExactly(10001, 10001, 10002, 10001);
    long day = start / 86_400_000_000_000L;
    assertThat(DocumentId.parse(ids.get(0)).internal().low() & 0xffff).isEqualTo(day);
    JsonNode rows = client.get("/api/list_snapshot?table_name=tasks").json().get("values");
    double first = rows.get(0).get("_creationTime").doubleValue();
    double second = rows.get(1).get("_creationTime").doubleValue();
    assertThat(first).isNotEqualTo(second).isBetween(start / 1e6, start / 1e6 + 1);
  }

  @Test
  void aTableCreatedAgainIsAnother() {
    emulator.commit(tx -> tx.insert(TASKS, "{\"old\":true}"));
    long before = emulator.head();
    emulator.dropTable(TASKS);
    emulator.commit(tx -> tx.insert(TASKS, "{\"old\":false}"));
    String id = emulator.stateAt(emulator.head()).documents(TASKS, ValueFormat.JSON).firstKey();
    assertThat(DocumentId.parse(id).tableNumber()).isEqualTo(10002);
    assertThat(emulator.stateAt(before).documents(TASKS, ValueFormat.JSON).values())
        .singleElement()
        .asString()
        .contains("\"old\":true");
    assertThat(deltas(start)).hasSize(1);
  }

  @Test
  void columnNamesFollowTheData() {
    emulator.createTable(TablePath.root("empty"));
    emulator.commit(
        tx -> {
          tx.insert(TASKS, "{\"b\":1,\"A\":2}");
          tx.insert(TASKS, "{\"c\":1}");
          tx.insert(new TablePath("c", "t"), "{}");
        });
    assertThat(client.get("/api/get_table_column_names").body())
        .isEqualTo(
            "{\"byComponent\":{\"\":[{\"name\":\"empty\",\"columns\":[\"_creationTime\",\"_id\"]},"
                + "{\"name\":\"tasks\",\"columns\":[\"A\",\"_creationTime\",\"_id\",\"b\",\"c\"]}],"
                + "\"c\":[{\"name\":\"t\",\"columns\":[\"_creationTime\",\"_id\"]}]}}");
    emulator.commit(
        tx -> {
          for (String id : tx.ids(TASKS)) {
            tx.replace(TASKS, id, "{\"d\":null}");
          }
        });
    emulator.dropTable(new TablePath("c", "t"));
    assertThat(client.get("/api/get_table_column_names").body())
        .contains("[\"_creationTime\",\"_id\",\"d\"]")
        .doesNotContain("\"c\"");
  }

  @Test
  void aTableWithVeryManyFieldsHasNoKnownColumns() {
    TreeMap<String, ConvexValue> fields = new TreeMap<>();
    for (int i = 0; i < 63; i++) {
      fields.put("f" + i, ConvexValue.NULL);
    }
    emulator.commit(tx -> tx.insert(TASKS, new ConvexValue.Obj(fields)));
    JsonNode columns = client.get("/api/get_table_column_names").json().at("/byComponent/");
    assertThat(columns.get(0).get("columns")).hasSize(2);
  }

  @Test
  void transactionsSeeTheirWrites() {
    emulator.commit(tx -> tx.insert(TASKS, "{\"n\":1}"));
    emulator.commit(
        tx -> {
          String old = tx.ids(TASKS).get(0);
          tx.patch(TASKS, old, "{\"n\":2}");
          String added = tx.insert(TASKS, "{}");
          assertThat(tx.get(TASKS, old).orElseThrow().get("n")).isEqualTo(ConvexValue.of(2L));
          assertThat(tx.ids(TASKS)).containsExactlyInAnyOrder(old, added).isSorted();
          tx.delete(TASKS, old);
          assertThat(tx.ids(TASKS)).containsExactly(added);
          assertThat(tx.ids(TablePath.root("none"))).isEmpty();
        });
  }

  @Test
  void theStateAtATimestampStaysAsItWas() {
    emulator.commit(tx -> tx.insert(TASKS, "{\"n\":1}"));
    DeploymentState state = emulator.stateAt(emulator.head());
    Map<String, String> before = state.documents(TASKS, ValueFormat.CONVEX_ENCODED_JSON);
    emulator.commit(tx -> tx.delete(TASKS, tx.ids(TASKS).get(0)));
    assertThat(state.documents(TASKS, ValueFormat.CONVEX_ENCODED_JSON)).isEqualTo(before);
    assertThat(before.values()).singleElement().asString().contains("{\"$integer\":");
    assertThat(state.documentCount()).isEqualTo(1);
    assertThat(emulator.stateAt(emulator.head()).documentCount()).isZero();
    List<String> visited = new ArrayList<>();
    state.forEach(ValueFormat.EXPORT_JSON, (table, id, json) -> visited.add(table + " " + id));
    assertThat(visited).containsExactly("tasks " + before.keySet().iterator().next());
  }

  private void assertRefused(String json) {
    assertThatThrownBy(() -> emulator.commit(tx -> tx.insert(TASKS, json)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private JsonNode deltas(long cursor) {
    return client.get("/api/document_deltas?cursor=" + cursor).json().get("values");
  }
}
