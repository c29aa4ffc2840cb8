package io.convexpowersync.storage;

import static io.convexpowersync.storage.Rows.in;
import static io.convexpowersync.storage.Rows.inBucket;
import static io.convexpowersync.storage.Rows.lookup;
import static io.convexpowersync.storage.Rows.lookups;
import static io.convexpowersync.storage.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.storage.ReplicationStream.State;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamWriterTest {
  private static final Lsn PIN = new Lsn(1_785_400_500_000_000_000L);
  private static final Lsn LATER = new Lsn(1_785_400_501_000_000_123L);

  private final TestDatabase database = TestDatabase.create();
  private BucketStorage storage;
  private StreamId stream;
  private StreamWriter writer;

  @BeforeEach
  void open() {
    storage = database.openWithSchema();
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
  void writesOperationsThatBecomeVisibleWithAPublication() {
    try (WriteTransaction transaction = writer.begin()) {
      transaction.upsert("todos", "t1", inBucket("1#all|0[]", "t1", "milk"));
      transaction.savePlace("{\"offset\":1}");
      assertThat(transaction.commit().checkpoint()).isEmpty();
    }
    assertThat(storage.reader().checkpoint()).isEmpty();

    CommitResult result;
    try (WriteTransaction transaction = writer.begin()) {
      transaction.snapshotDone(PIN);
      transaction.savePlace("{\"offset\":2}");
      transaction.publish(PIN, false, true);
      result = transaction.commit();
    }

    assertThat(result).isEqualTo(new CommitResult(0, 0, java.util.Optional.of(new OpId(1)), true));
    Checkpoint checkpoint = storage.reader().checkpoint().orElseThrow();
    assertThat(checkpoint).isEqualTo(new Checkpoint(stream, new OpId(1), PIN));
    assertThat(storage.reader().rows(checkpoint, "1#all|0[]"))
        .extracting(ClientRow::data)
        .containsExactly("{\"id\":\"t1\",\"text\":\"milk\"}");
    assertThat(writer.stream().state()).isEqualTo(State.ACTIVE);
    assertThat(writer.place()).contains("{\"offset\":2}");
  }

  @Test
  void writesEveryChangeOfARowButOnlyItsLastState() {
    try (WriteTransaction transaction = writer.begin()) {
      transaction.upsert("todos", "t1", inBucket("1#b|0[\"a\"]", "t1", "1"));
      transaction.upsert("todos", "t1", inBucket("1#b|0[\"b\"]", "t1", "2"));
      transaction.upsert("todos", "t1", inBucket("1#b|0[\"a\"]", "t1", "3"));
      assertThat(transaction.commit().operations()).isEqualTo(5);
    }

    assertThat(database.query("SELECT op, bucket_name FROM powersync.bucket_data ORDER BY op_id"))
        .containsExactly(
            "PUT|1#b|0[\"a\"]",
            "PUT|1#b|0[\"b\"]",
            "REMOVE|1#b|0[\"a\"]",
            "PUT|1#b|0[\"a\"]",
            "REMOVE|1#b|0[\"b\"]");
    assertThat(database.query("SELECT buckets->0->>'bucket' FROM powersync.current_data"))
        .containsExactly("1#b|0[\"a\"]");
  }

  @Test
  void usesEveryNumberOnceThoughOthersDrawInBetween() {
    database.execute("ALTER SEQUENCE powersync.op_id_sequence INCREMENT BY 3");

    try (WriteTransaction transaction = writer.begin()) {
      transaction.upsert("todos", "t1", inBucket("1#all|0[]", "t1", "1"));
      transaction.upsert("todos", "t2", inBucket("1#all|0[]", "t2", "2"));
      transaction.upsert("todos", "t3", inBucket("1#all|0[]", "t3", "3"));
      transaction.snapshotDone(PIN);
      transaction.publish(PIN, false, true);
      assertThat(transaction.commit().checkpoint()).contains(new OpId(7));
    }

    assertThat(database.query("SELECT op_id, row_id FROM powersync.bucket_data ORDER BY op_id"))
        .containsExactly("1|t1", "4|t2", "7|t3");
  }

  @Test
  void leavesTheStreamsRowAloneWhileNothingIsPublished() {
    String written = "SELECT xmin FROM powersync.sync_rules";
    commitUpsert("todos", "t1", inBucket("1#all|0[]", "t1", "1"));
    String first = database.one(written);

    try (WriteTransaction transaction = writer.begin()) {
      transaction.upsert("todos", "t2", inBucket("1#all|0[]", "t2", "2"));
      transaction.tableSnapshotProgress("todos", 2);
      transaction.savePlace("{\"offset\":2}");
      transaction.commit();
    }

    assertThat(database.one(written)).isEqualTo(first);
    assertThat(database.one("SELECT place FROM convex_powersync.streams"))
        .isEqualTo("{\"offset\":2}");
    assertThat(database.one("SELECT snapshot_replicated_count FROM powersync.source_tables"))
        .isEqualTo("2");
    try (WriteTransaction transaction = writer.begin()) {
      transaction.snapshotDone(PIN);
      transaction.publish(PIN, false, true);
      transaction.commit();
    }
    assertThat(database.one(written)).isNotEqualTo(first);
  }

  @Test
  void removesWhatLaterTransactionsNoLongerProduce() {
    commitUpsert(
        "todos", "t1", in(row("1#b|0[1]", "todos", "x", "{}"), row("1#c|0[]", "todos", "x", "{}")));
    commitUpsert("todos", "t1", in(row("1#b|0[1]", "todos", "y", "{}")));
    try (WriteTransaction transaction = writer.begin()) {
      transaction.delete("todos", "t1");
      transaction.delete("todos", "unknown");
      transaction.commit();
    }

    assertThat(
            database.query(
                "SELECT op, bucket_name, row_id FROM powersync.bucket_data ORDER BY op_id"))
        .containsExactly(
            "PUT|1#b|0[1]|x",
            "PUT|1#c|0[]|x",
            "PUT|1#b|0[1]|y",
            "REMOVE|1#b|0[1]|x",
            "REMOVE|1#c|0[]|x",
            "REMOVE|1#b|0[1]|y");
    assertThat(database.one("SELECT count(*) FROM powersync.current_data")).isEqualTo("0");
  }

  @Test
  void endsLookupsThatARowNoLongerAnswers() {
    commitUpsert(
        "members",
        "m1",
        lookups(lookup("u1", "[{\"0\":\"l1\"}]"), lookup("u2", "[{\"0\":\"l1\"}]")));
    commitUpsert("members", "m1", lookups(lookup("u2", "[{\"0\":\"l2\"}]")));

    assertThat(
            database.query("SELECT bucket_parameters FROM powersync.bucket_parameters ORDER BY id"))
        .containsExactly("[{\"0\":\"l1\"}]", "[{\"0\":\"l1\"}]", "[{\"0\":\"l2\"}]", "[]");
    assertThat(database.one("SELECT lookups FROM powersync.current_data"))
        .isEqualTo(
            "{\"\\\\x%s\"}"
                .formatted(java.util.HexFormat.of().formatHex(lookup("u2", "").lookup())));
  }

  @Test
  void movesTheLsnThoughNothingWasWritten() {
    activate();
    try (WriteTransaction transaction = writer.begin()) {
      transaction.publish(LATER, false, true);
      assertThat(transaction.commit().checkpoint()).isPresent();
    }
    assertThat(storage.reader().checkpoint().orElseThrow().lsn()).isEqualTo(LATER);
  }

  private void activate() {
    try (WriteTransaction transaction = writer.begin()) {
      transaction.snapshotDone(PIN);
      transaction.publish(PIN, false, true);
      transaction.commit();
    }
  }

  private void commitUpsert(
      String table, String id, io.convexpowersync.streams.Evaluation evaluation) {
    try (WriteTransaction transaction = writer.begin()) {
      transaction.upsert(table, id, evaluation);
      transaction.commit();
    }
  }
}
