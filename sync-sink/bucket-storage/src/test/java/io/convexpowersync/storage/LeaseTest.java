package io.convexpowersync.storage;

import static io.convexpowersync.storage.Rows.inBucket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.convexpowersync.storage.StorageException.Kind;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaseTest {
  private static final String EXPIRE = "UPDATE powersync.locks SET ts = ts - interval '61 seconds'";

  private static final Duration LONG_BEFORE_THE_EXPIRY =
      Duration.ofSeconds(StreamLease.EXPIRY_SECONDS / 2);

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
  void namesTheLeaseAsReplicatorsDo() {
    try (StreamWriter writer = storage.openWriter(stream, "one")) {
      assertThat(database.one("SELECT name FROM powersync.locks"))
          .isEqualTo("sync_rules_1_" + writer.stream().slotName());
    }
    assertThat(database.query("SELECT name FROM powersync.locks")).isEmpty();
  }

  @Test
  void refusesASecondRunnerWithoutWaitingForTheExpiry() {
    try (StreamWriter writer = storage.openWriter(stream, "one")) {
      Instant start = Instant.now();
      StorageException e = refusal("two");
      assertThat(e).hasMessageContaining("runner 'one'").hasMessageContaining("Stop it first");
      assertThat(Duration.between(start, Instant.now())).isLessThan(LONG_BEFORE_THE_EXPIRY);
      writer.keepalive();
    }
  }

  @Test
  void refusesASecondRunnerOfTheSameName() {
    try (StreamWriter writer = storage.openWriter(stream, "one")) {
      assertThat(refusal("one")).hasMessageContaining("It is connected");
      writer.keepalive();
    }
  }

  @Test
  void letsARestartedOwnerTakeOverAtOnce() {
    StreamWriter killed = storage.openWriter(stream, "one");
    write(killed, "t1", "place 1");
    database.killWriters();

    Instant start = Instant.now();
    try (StreamWriter restarted = storage.openWriter(stream, "one")) {
      assertThat(Duration.between(start, Instant.now())).isLessThan(LONG_BEFORE_THE_EXPIRY);
      assertThat(restarted.place()).contains("place 1");
      write(restarted, "t2", "place 2");
    }
  }

  @Test
  void makesAnotherOwnerWaitForTheExpiryOfADeadOnesLease() {
    storage.openWriter(stream, "one");
    database.killWriters();

    assertThat(refusal("two")).hasMessageContaining("its lease expires in");
    database.execute(EXPIRE);
    storage.openWriter(stream, "two").close();
  }

  @Test
  void fencesAWriterWhoseExpiredLeaseWasTakenOver() {
    StreamWriter suspended = storage.openWriter(stream, "one");
    database.execute(EXPIRE);

    try (StreamWriter successor = storage.openWriter(stream, "two")) {
      StorageException e =
          catchThrowableOfType(StorageException.class, () -> write(suspended, "t1", "lost"));
      assertThat(e.kind()).isEqualTo(Kind.FENCED);
      assertThat(database.one("SELECT count(*) FROM powersync.bucket_data")).isEqualTo("0");

      write(successor, "t2", "kept");
      assertThat(successor.place()).contains("kept");
    }
    assertThat(catchThrowableOfType(StorageException.class, suspended::begin).kind())
        .isEqualTo(Kind.FENCED);
    suspended.close();
  }

  @Test
  void doesNotReleaseALeaseThatWasTakenOver() {
    StreamWriter suspended = storage.openWriter(stream, "one");
    database.execute(EXPIRE);
    try (StreamWriter successor = storage.openWriter(stream, "two")) {
      suspended.close();
      successor.keepalive();
    }
  }

  @Test
  void respectsTheLeaseOfAnotherReplicator() {
    String name = "sync_rules_1_" + storage.streams().find(stream).orElseThrow().slotName();
    database.execute(
        "INSERT INTO powersync.locks VALUES ('" + name + "', gen_random_uuid(), now())");

    assertThat(refusal("one")).hasMessageContaining("another replicator");
    database.execute(EXPIRE);
    storage.openWriter(stream, "one").close();
  }

  @Test
  void refreshesTheLeaseWithEveryTransactionAndKeepalive() {
    try (StreamWriter writer = storage.openWriter(stream, "one")) {
      database.execute(EXPIRE);
      write(writer, "t1", "place");
      assertThat(leaseIsFresh()).isEqualTo("t");
      database.execute(EXPIRE);
      writer.keepalive();
      assertThat(leaseIsFresh()).isEqualTo("t");
      assertThat(database.one("SELECT last_keepalive_ts IS NOT NULL FROM powersync.sync_rules"))
          .isEqualTo("t");
    }
  }

  @Test
  void fencesAWriterWhoseStreamWasStopped() {
    StreamWriter writer = storage.openWriter(stream, "one");
    storage.streams().deploy("newer", Rows.PLAN);

    StorageException e =
        catchThrowableOfType(StorageException.class, () -> write(writer, "t1", "lost"));
    assertThat(e.kind()).isEqualTo(Kind.FENCED);
    assertThat(e).hasMessageContaining("newer sync config");
    assertThat(database.one("SELECT count(*) FROM powersync.bucket_data")).isEqualTo("0");
    writer.close();
  }

  @Test
  void refusesAStoppedStream() {
    storage.streams().deploy("newer", Rows.PLAN);
    assertThat(refusal("one")).hasMessageContaining("state STOP");
  }

  @Test
  void refusesAnUnknownStream() {
    StorageException e =
        catchThrowableOfType(
            StorageException.class, () -> storage.openWriter(new StreamId(99), "one"));
    assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
    assertThat(e).hasMessageContaining("no stream 99");
  }

  @Test
  void forgetsThePlaceOfAnOlderStreamWithTheSameId() {
    try (StreamWriter writer = storage.openWriter(stream, "one")) {
      write(writer, "t1", "old place");
    }
    database.execute("UPDATE powersync.sync_rules SET slot_name = 'powersync_1_beef'");

    assertThat(storage.streams().place(stream)).isEmpty();
    try (StreamWriter writer = storage.openWriter(stream, "one")) {
      assertThat(writer.place()).isEmpty();
    }
  }

  private StorageException refusal(String owner) {
    StorageException e =
        catchThrowableOfType(
            StorageException.class, () -> storage.openWriter(stream, owner).close());
    assertThat(e.kind()).isEqualTo(Kind.FENCED);
    return e;
  }

  private String leaseIsFresh() {
    return database.one("SELECT ts > now() - interval '10 seconds' FROM powersync.locks");
  }

  private static void write(StreamWriter writer, String id, String place) {
    try (WriteTransaction transaction = writer.begin()) {
      transaction.upsert("todos", id, inBucket("1#all|0[]", id, "text"));
      transaction.savePlace(place);
      transaction.commit();
    }
  }
}
