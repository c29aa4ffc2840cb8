package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class DocumentDeltasTest extends EmulatorTest {
  private static final TablePath OTHER = new TablePath("mail/queue", "tasks");

  private long start;

  @Override
  EmulatorOptions options() {
    return EmulatorOptions.defaults().withLimits(EmulatorOptions.Limits.DEFAULTS.withPages(3, 4));
  }

  @Override
  void populate() {
    start = emulator.head();
  }

  @Test
  void writesRowsAndTombstonesByteForByte() {
    String[] id = new String[1];
    long inserted =
        emulator.commit(tx -> id[0] = tx.insert(OTHER, "{\"a\":1.0,\"_creationTime\":5.0}"));
    long deleted = emulator.commit(tx -> tx.delete(OTHER, id[0]));
    assertThat(client.get("/api/document_deltas?cursor=" + start).body())
        .isEqualTo(
            "{\"values\":[{\"_component\":\"mail/queue\",\"_table\":\"tasks\",\"_ts\":"
                + inserted
                + ",\"_deleted\":false,\"_creationTime\":5.0,\"_id\":\""
                + id[0]
                + "\",\"a\":1.0},{\"_component\":\"mail/queue\",\"_table\":\"tasks\",\"_ts\":"
                + deleted
                + ",\"_deleted\":true,\"_id\":\""
                + id[0]
                + "\"}],\"cursor\":"
                + deleted
                + ",\"hasMore\":false}");
  }

  @Test
  void aPageNeverSplitsACommit() {
    long first = insert(TASKS, 3);
    long second = insert(TASKS, 10);
    long third = insert(TASKS, 1);
    JsonNode page = page(start, "");
    assertThat(page.get("values")).hasSize(13);
    assertThat(page.get("cursor").longValue()).isEqualTo(second);
    assertThat(page.get("hasMore").booleanValue()).isTrue();
    assertThat(page(first, "").get("values")).hasSize(10);
    assertThat(page(second, "").get("cursor").longValue()).isEqualTo(third);
  }

  @Test
  void theLimitReachedAtTheLastRowEndsWithThatRowsTimestamp() {
    long ts = insert(TASKS, 4);
    long head = emulator.bumpHead();
    JsonNode page = page(start, "");
    assertThat(page.get("values")).hasSize(4);
    assertThat(page.get("hasMore").booleanValue()).isFalse();
    assertThat(page.get("cursor").longValue()).isEqualTo(ts).isLessThan(head);
    assertThat(page(ts, "").get("cursor").longValue()).isEqualTo(head);
  }

  @Test
  void theDrainedLogEndsAtTheHead() {
    insert(TASKS, 2);
    long head = emulator.bumpHead();
    JsonNode page = page(start, "");
    assertThat(page.get("cursor").longValue()).isEqualTo(head);
    assertThat(page(head, "").get("cursor").longValue()).isEqualTo(head);
  }

  @Test
  void rowsThatAreNotShownUseUpThePage() {
    insert(OTHER, 1);
    emulator.commitSystemRows(1);
    insert(OTHER, 1);
    long fourth = emulator.commitSystemRows(1);
    insert(TASKS, 1);
    JsonNode empty = page(start, "&table_name=tasks");
    assertThat(empty.get("values")).isEmpty();
    assertThat(empty.get("cursor").longValue()).isEqualTo(fourth);
    assertThat(empty.get("hasMore").booleanValue()).isTrue();
    assertThat(page(fourth, "&table_name=tasks").get("values")).hasSize(1);
  }

  @Test
  void rowsOfADroppedTableAreGone() {
    insert(TASKS, 2);
    insert(OTHER, 1);
    emulator.dropTable(TASKS);
    JsonNode page = page(start, "");
    assertThat(page.get("values")).hasSize(1);
    assertThat(page.get("hasMore").booleanValue()).isFalse();
  }

  @Test
  void aCursorAheadOfTheHeadComesBackSmaller() {
    long head = emulator.head();
    JsonNode page = page(head + 1_000_000, "");
    assertThat(page.get("values")).isEmpty();
    assertThat(page.get("cursor").longValue()).isEqualTo(head);
    assertThat(page.get("hasMore").booleanValue()).isFalse();
  }

  @Test
  void rowsOfOneCommitAreInOrderOfTabletAndId() {
    emulator.commit(
        tx -> {
          for (int i = 0; i < 10; i++) {
            tx.insert(TASKS, "{}");
            tx.insert(OTHER, "{}");
          }
        });
    JsonNode values = page(start, "").get("values");
    String previous = "";
    int changes = 0;
    for (JsonNode row : values) {
      String component = row.get("_component").asText();
      String id = row.get("_id").asText();
      changes += previous.isEmpty() || previous.startsWith(component + " ") ? 0 : 1;
      if (previous.startsWith(component + " ")) {
        assertThat(component + " " + id).isGreaterThan(previous);
      }
      previous = component + " " + id;
    }
    assertThat(values).hasSize(20);
    assertThat(changes).isEqualTo(1);
  }

  private long insert(TablePath table, int count) {
    return emulator.commit(
        tx -> {
          for (int i = 0; i < count; i++) {
            tx.insert(table, "{}");
          }
        });
  }

  private JsonNode page(long cursor, String query) {
    return client.get("/api/document_deltas?cursor=" + cursor + query).json();
  }
}
