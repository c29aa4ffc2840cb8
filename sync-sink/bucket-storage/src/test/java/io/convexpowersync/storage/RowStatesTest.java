package io.convexpowersync.storage;

import static io.convexpowersync.storage.Rows.inBucket;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many rows of {@code current_data} are read for a batch, whatever the statistics say. */
class RowStatesTest {
  private static final int ROWS = 4_000;
  private static final int CHANGES = 50;

  private static final String READS =
      "SELECT coalesce(seq_tup_read + idx_tup_fetch, 0) FROM pg_stat_user_tables"
          + " WHERE schemaname = 'powersync' AND relname = 'current_data'";

  private final TestDatabase database = TestDatabase.create();
  private final BucketStorage storage = database.openWithSchema();
  private StreamId stream;

  @AfterEach
  void close() throws SQLException {
    storage.close();
    database.close();
  }

  @Test
  void readsNothingForNewRowsInAscendingOrder() {
    fillTwoStreams();
    assertThat(readsOf(ROWS, 2 * ROWS, "a")).isLessThan(10);
  }

  @Test
  void readsOnlyTheChangedRows() {
    fillTwoStreams();
    assertThat(readsOf(0, CHANGES, "a")).isBetween((long) CHANGES, CHANGES + 10L);
  }

  @Test
  void readsOnlyTheMovedRows() {
    fillTwoStreams();
    assertThat(readsOf(0, CHANGES, "b")).isBetween((long) CHANGES, 3 * CHANGES + 10L);
  }

  @Test
  void readsOnlyTheDeletedRows() {
    fillTwoStreams();
    assertThat(readsOf(0, CHANGES, null)).isBetween((long) CHANGES, 3 * CHANGES + 10L);
  }

  @Test
  void findsRowsInThePrimaryKeyAfterABuildWithoutAutovacuum() throws SQLException {
    database.execute("ALTER TABLE powersync.current_data SET (autovacuum_enabled = off)");
    fillTwoStreams();
    String[] texts = {"a"};
    byte[][] keys = {{1}};
    assertUsesThePrimaryKey(RowStates.LOOKUP, texts, keys, stream.value());
    assertUsesThePrimaryKey(RowStates.UPDATE, texts, keys, texts, texts, stream.value());
    assertUsesThePrimaryKey(RowStates.DELETE, texts, keys, stream.value());
  }

  private void assertUsesThePrimaryKey(String sql, Object... parameters) throws SQLException {
    StringBuilder plan = new StringBuilder();
    try (Connection connection = database.connect();
        PreparedStatement explain = connection.prepareStatement("EXPLAIN " + sql)) {
      for (int i = 0; i < parameters.length; i++) {
        explain.setObject(i + 1, parameters[i]);
      }
      try (ResultSet lines = explain.executeQuery()) {
        while (lines.next()) {
          plan.append(lines.getString(1)).append('\n');
        }
      }
    }
    assertThat(plan.toString())
        .contains("using unique_current_data_id on current_data")
        .doesNotContain("Seq Scan on current_data");
  }

  /** The statistics know the first stream only, as after an ANALYZE before a redeployment. */
  private void fillTwoStreams() {
    stream = storage.streams().deploy("first", Rows.PLAN);
    readsOf(0, ROWS, "a");
    database.execute("ANALYZE powersync.current_data");
    stream = storage.streams().deploy("second", Rows.PLAN);
    readsOf(0, ROWS, "a");
  }

  /**
   * @param bucket null: delete
   */
  private long readsOf(int from, int to, String bucket) {
    long before = Long.parseLong(database.one(READS));
    String pid;
    try (StreamWriter writer = storage.openWriter(stream, "test");
        WriteTransaction transaction = writer.begin()) {
      pid = database.writerPid();
      for (int i = from; i < to; i++) {
        String id = "id%06d".formatted(i);
        if (bucket == null) {
          transaction.delete("todos", id);
        } else {
          transaction.upsert("todos", id, inBucket(stream + "#" + bucket + "|0[]", id, "text"));
        }
      }
      transaction.commit();
    }
    // A session reports its reads when it ends.
    database.awaitEndOfSession(pid);
    return Long.parseLong(database.one(READS)) - before;
  }
}
