package io.convexpowersync.storage;

import static io.convexpowersync.storage.Rows.inBucket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.convexpowersync.storage.StorageException.Kind;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrashTest {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private static final String BLOCKED_WRITERS =
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
          + " AND wait_event_type = 'Lock'";

  private final TestDatabase database = TestDatabase.create();
  private BucketStorage storage;
  private StreamId stream;

  @BeforeEach
  void open() {
    storage = database.openWithSchema();
    stream = storage.streams().deploy("config", Rows.PLAN);
  }

  @AfterEach
  void close() throws SQLException {
    storage.close();
    database.close();
  }

  @Test
  void writesNothingWhenTheConnectionDiesInTheMiddleOfACommit() throws SQLException {
    StreamWriter writer = storage.openWriter(stream, "one");
    write(writer, "t1", "place 1");
    CompletableFuture<StorageException> failure;
    try (Connection blocker = database.connect()) {
      blocker.setAutoCommit(false);
      blocker.createStatement().execute("SELECT 1 FROM convex_powersync.streams FOR UPDATE");
      failure =
          CompletableFuture.supplyAsync(
              () ->
                  catchThrowableOfType(
                      StorageException.class, () -> write(writer, "t2", "place 2")));
      String pid = awaitBlockedWriter();
      database.execute("SELECT pg_terminate_backend(" + pid + ")");
      assertThat(failure.join().kind()).isEqualTo(Kind.TRANSIENT);
    }

    assertThat(catchThrowableOfType(StorageException.class, writer::begin).kind())
        .isEqualTo(Kind.TRANSIENT);
    try (StreamWriter restarted = storage.openWriter(stream, "one")) {
      assertThat(restarted.place()).contains("place 1");
      assertThat(database.query("SELECT row_id FROM powersync.bucket_data")).containsExactly("t1");
    }
    writer.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"powersync.sync_rules", "convex_powersync.streams"})
  void goesOnAfterAStatementThatTimedOut(String lockedTable) throws SQLException {
    try (StreamWriter writer = storage.openWriter(stream, "one")) {
      try (Connection blocker = database.connect()) {
        blocker.setAutoCommit(false);
        blocker.createStatement().execute("SELECT 1 FROM " + lockedTable + " FOR UPDATE");
        StorageException e =
            catchThrowableOfType(StorageException.class, () -> write(writer, "t1", "place 1"));
        assertThat(e.kind()).isEqualTo(Kind.TRANSIENT);
      }
      write(writer, "t2", "place 2");
      assertThat(writer.place()).contains("place 2");
      assertThat(database.query("SELECT row_id FROM powersync.bucket_data")).containsExactly("t2");
      assertThat(database.query("SELECT table_name FROM powersync.source_tables"))
          .containsExactly("todos");
    }
  }

  @Test
  void tellsByItsPlaceWhatBecameOfACommitWithoutAnswer() throws IOException {
    try (CuttingProxy proxy = new CuttingProxy(TestDatabase.port())) {
      StorageConfig direct = database.config();
      String url = direct.url().replace(":" + TestDatabase.port(), ":" + proxy.port());
      StorageConfig proxied =
          StorageConfig.of(url, direct.user(), direct.password())
              .withTimeouts(direct.connectTimeout(), direct.statementTimeout());
      try (BucketStorage behindProxy = BucketStorage.open(proxied)) {
        StreamWriter writer = behindProxy.openWriter(stream, "one");
        write(writer, "t1", "place 1");
        proxy.cutBefore("COMMIT\0");

        StorageException e =
            catchThrowableOfType(StorageException.class, () -> write(writer, "t2", "place 2"));

        assertThat(e.kind()).isEqualTo(Kind.TRANSIENT);
        assertThat(e).hasMessageContaining("not known");
        writer.close();
      }
      try (StreamWriter restarted = storage.openWriter(stream, "one")) {
        assertThat(restarted.place()).contains("place 2");
        assertThat(database.query("SELECT row_id FROM powersync.bucket_data ORDER BY 1"))
            .containsExactly("t1", "t2");
      }
    }
  }

  @Test
  void publishesWhatAnEarlierWriterWroteUnpublished() {
    Lsn pin = new Lsn(1_785_400_500_000_000_000L);
    StreamWriter crashed = storage.openWriter(stream, "one");
    write(crashed, "t1", "place 1");
    database.killWriters();

    try (StreamWriter restarted = storage.openWriter(stream, "one");
        WriteTransaction transaction = restarted.begin()) {
      transaction.snapshotDone(pin);
      transaction.publish(pin, false, true);
      transaction.commit();
    }

    Checkpoint checkpoint = storage.reader().checkpoint().orElseThrow();
    assertThat(storage.reader().rows(checkpoint, "1#all|0[]"))
        .extracting(ClientRow::rowId)
        .containsExactly("t1");
  }

  private String awaitBlockedWriter() {
    Instant deadline = Instant.now().plus(DEADLINE);
    while (Instant.now().isBefore(deadline)) {
      var pids = database.query(BLOCKED_WRITERS);
      if (pids.size() == 1) {
        return pids.get(0);
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("No writer waits for a lock");
  }

  private static void write(StreamWriter writer, String id, String place) {
    try (WriteTransaction transaction = writer.begin()) {
      transaction.upsert("todos", id, inBucket("1#all|0[]", id, "text"));
      transaction.savePlace(place);
      transaction.commit();
    }
  }
}
