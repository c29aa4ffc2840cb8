package io.convexpowersync.storage;

import static io.convexpowersync.storage.Rows.inBucket;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotTest {
  private static final Lsn PIN = new Lsn(1_785_400_500_000_000_001L);
  private static final Lsn LATER = new Lsn(1_785_400_500_000_000_002L);

  private static final String TABLES =
      "SELECT table_name, snapshot_done, snapshot_total_estimated_count,"
          + " snapshot_replicated_count FROM powersync.source_tables ORDER BY table_name";

  private final TestDatabase database = TestDatabase.create();
  private final BucketStorage storage = database.openWithSchema();
  private StreamId stream;
  private StreamWriter writer;

  @BeforeEach
  void open() {
    stream = storage.streams().deploy("config", Rows.PLAN);
    writer = storage.openWriter(stream, "test");
  }

  @AfterEach
  void close() throws SQLException {
    writer.close();
    storage.close();
    database.close();
  }

  @Test
  void recordsProgressAsReplicatorsDo() {
    try (WriteTransaction transaction = writer.begin()) {
      upsert(transaction, "lists", "l1");
      transaction.tableSnapshotProgress("lists", 1);
      transaction.tableSnapshotProgress("todos", 0);
      transaction.commit();
    }
    assertThat(database.query(TABLES)).containsExactly("lists|f|-1|1", "todos|f|-1|0");

    try (WriteTransaction transaction = writer.begin()) {
      transaction.tableSnapshotDone("lists", PIN);
      transaction.commit();
    }
    assertThat(database.query(TABLES)).containsExactly("lists|t|null|null", "todos|f|-1|0");
    assertThat(database.one("SELECT snapshot_lsn, snapshot_done FROM powersync.sync_rules"))
        .isEqualTo(PIN + "|f");

    try (WriteTransaction transaction = writer.begin()) {
      transaction.snapshotDone(PIN);
      transaction.commit();
    }
    assertThat(database.query(TABLES)).containsExactly("lists|t|null|null", "todos|t|null|null");
    assertThat(writer.stream().snapshotDone()).isTrue();
  }

  @Test
  void describesATableAsTheConvexReplicatorDoes() {
    try (WriteTransaction transaction = writer.begin()) {
      transaction.delete("todos", "unknown");
      transaction.commit();
    }
    assertThat(
            database.one(
                "SELECT connection_id, relation_id, schema_name, replica_id_columns"
                    + " FROM powersync.source_tables"))
        .isEqualTo("1|{\"object_id\": \"todos\"}|convex|[{\"name\": \"_id\"}]");
    assertThat(database.one("SELECT id FROM powersync.source_tables"))
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  }

  @Test
  void snapshotsNoTableThatAppearsWhileLive() {
    try (WriteTransaction transaction = writer.begin()) {
      transaction.snapshotDone(PIN);
      transaction.publish(PIN, false, true);
      transaction.commit();
    }
    try (WriteTransaction transaction = writer.begin()) {
      upsert(transaction, "todos", "t1");
      transaction.commit();
    }
    try (WriteTransaction transaction = writer.begin()) {
      transaction.publish(LATER, false, true);
      transaction.commit();
    }
    assertThat(database.query(TABLES)).containsExactly("todos|t|null|null");
    assertThat(database.one("SELECT no_checkpoint_before FROM powersync.sync_rules"))
        .isEqualTo(LATER.toString());
  }

  @Test
  void usesTheTablesOfAnEarlierReplicator() {
    database.execute(
        "INSERT INTO powersync.source_tables (id, group_id, connection_id, relation_id,"
            + " schema_name, table_name, replica_id_columns) VALUES ('its-id', 1, 1,"
            + " '{\"object_id\": \"todos\"}', 'convex', 'todos', '[{\"name\": \"_id\"}]')");
    writer.close();
    writer = storage.openWriter(stream, "test");
    try (WriteTransaction transaction = writer.begin()) {
      upsert(transaction, "todos", "t1");
      transaction.commit();
    }
    assertThat(database.one("SELECT source_table FROM powersync.bucket_data")).isEqualTo("its-id");
    assertThat(database.query(TABLES)).hasSize(1);
  }

  private static void upsert(WriteTransaction transaction, String table, String id) {
    transaction.upsert(table, id, inBucket("1#all|0[]", id, "text"));
  }
}
