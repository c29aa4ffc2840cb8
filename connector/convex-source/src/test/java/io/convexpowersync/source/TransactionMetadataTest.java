package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** provide.transaction.metadata: every commit between BEGIN and END, with Debezium's counts. */
final class TransactionMetadataTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final TablePath TODOS = TablePath.root("todos");

  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
    properties = TaskHarness.tablesOnly(emulator);
    properties.put("provide.transaction.metadata", "true");
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @Test
  void aCommitStandsBetweenItsBeginAndItsEnd() {
    String[] id = new String[1];
    emulator.commit(tx -> id[0] = tx.insert(USERS, "{\"n\":1}"));
    emulator.commit(tx -> tx.insert(TODOS, "{\"n\":1}"));
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      task.batches().clear();
      long commit =
          emulator.commit(
              tx -> {
                tx.insert(USERS, "{\"n\":2}");
                tx.insert(TODOS, "{\"n\":3}");
                tx.delete(USERS, id[0]);
              });
      task.pollTo(commit);
      List<SourceRecord> records = data(task);
      assertThat(records).as("with a tombstone").hasSize(6);
      Struct begin = (Struct) records.get(0).value();
      Struct end = (Struct) records.get(5).value();
      assertThat(records.get(0).topic()).isEqualTo("crm.transaction");
      assertThat(((Struct) records.get(0).key()).getString("id")).isEqualTo("" + commit);
      assertThat(begin.getString("status")).isEqualTo("BEGIN");
      assertThat(begin.getString("id")).isEqualTo("" + commit);
      assertThat(begin.get("event_count")).isNull();
      assertThat(records.get(5).topic()).isEqualTo("crm.transaction");
      assertThat(end.getString("status")).isEqualTo("END");
      assertThat(end.getInt64("event_count")).isEqualTo(3);
      assertThat(end.getInt64("ts_ms")).isEqualTo(commit / 1_000_000);
      assertThat(end.<Struct>getArray("data_collections"))
          .extracting(c -> c.getString("data_collection") + "=" + c.getInt64("event_count"))
          .containsExactly("app.todos=1", "app.users=2");
    }
  }

  @Test
  void everyEnvelopeTellsItsPlace() {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      long commit =
          emulator.commit(
              tx -> {
                tx.insert(USERS, "{\"n\":2}");
                tx.insert(USERS, "{\"n\":3}");
                tx.insert(TODOS, "{\"n\":4}");
              });
      task.pollTo(commit);
      List<Struct> blocks =
          data(task).stream()
              .filter(record -> record.topic().startsWith("crm.app."))
              .map(record -> ((Struct) record.value()).getStruct("transaction"))
              .toList();
      assertThat(blocks).extracting(b -> b.getString("id")).containsOnly("" + commit);
      assertThat(blocks).extracting(b -> b.getInt64("total_order")).containsExactly(1L, 2L, 3L);
      assertThat(blocks)
          .extracting(b -> b.getInt64("data_collection_order"))
          .containsExactlyInAnyOrder(1L, 2L, 1L);
    }
  }

  @Test
  void theOffsetMovesWithTheEnd() {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      task.batches().clear();
      long commit = emulator.commit(tx -> tx.insert(USERS, "{\"n\":2}"));
      task.pollTo(commit);
      List<SourceRecord> records = data(task);
      assertThat(records).hasSize(3);
      assertThat(records.subList(0, 2)).allMatch(record -> TaskHarness.ts(record) < commit);
      assertThat(TaskHarness.ts(records.get(2))).isGreaterThanOrEqualTo(commit);
    }
  }

  @Test
  void rowsOfASnapshotBelongToNoTransaction() {
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      assertThat(data(task)).hasSize(1);
      assertThat(((Struct) data(task).get(0).value()).get("transaction")).isNull();
    }
  }

  @Test
  void aCommitWithoutACapturedTableHasNone() {
    properties.put("table.include.list", "users");
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      task.pollTo(emulator.commit(tx -> tx.insert(TODOS, "{\"n\":1}")));
      assertThat(data(task)).isEmpty();
    }
  }

  private static List<SourceRecord> data(TaskHarness task) {
    return task.records().stream()
        .filter(record -> !record.topic().startsWith("__debezium"))
        .toList();
  }
}
