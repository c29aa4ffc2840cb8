package io.convexpowersync.storage;

import static io.convexpowersync.storage.Rows.inBucket;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParallelStreamsTest {
  private static final int TRANSACTIONS = 40;
  private static final int ROWS = 50;
  private static final Lsn PIN = new Lsn(1_785_400_500_000_000_001L);

  private final TestDatabase database = TestDatabase.create();
  private final BucketStorage storage = database.openWithSchema();

  @AfterEach
  void close() throws SQLException {
    storage.close();
    database.close();
  }

  @Test
  void numbersTheOperationsOfEachStreamInTheOrderOfItsCheckpoints() {
    StreamId first = storage.streams().deploy("first", Rows.PLAN);
    try (StreamWriter writer = storage.openWriter(first, "one")) {
      write(writer, 0);
      StreamId second = storage.streams().deploy("second", Rows.PLAN);
      try (StreamWriter newer = storage.openWriter(second, "two")) {
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> run(newer));
        run(writer);
        other.join();
      }
    }
    // Every write raised the value; a later row with a lower number would break the order.
    assertThat(
            database.one(
                "SELECT count(*) FROM (SELECT row_id::int AS n, lag(row_id::int) OVER"
                    + " (PARTITION BY group_id ORDER BY op_id) AS before"
                    + " FROM powersync.bucket_data) AS ops WHERE n < before"))
        .isEqualTo("0");
    assertThat(database.one("SELECT count(*), count(DISTINCT op_id) FROM powersync.bucket_data"))
        .isEqualTo("4050|4050");
  }

  private static void run(StreamWriter writer) {
    for (int i = 1; i <= TRANSACTIONS; i++) {
      write(writer, i);
    }
  }

  private static void write(StreamWriter writer, int number) {
    try (WriteTransaction transaction = writer.begin()) {
      String bucket = writer.stream().id() + "#all|0[]";
      for (int i = 0; i < ROWS; i++) {
        String id = String.valueOf(number * ROWS + i);
        transaction.upsert("todos", id, inBucket(bucket, id, "text"));
      }
      transaction.snapshotDone(PIN);
      transaction.publish(PIN, false, number == 0);
      assertThat(transaction.commit().checkpoint()).isPresent();
    }
  }
}
