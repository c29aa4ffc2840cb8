package io.convexpowersync.storage;

import static io.convexpowersync.storage.Rows.inBucket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.convexpowersync.storage.ReplicationStream.State;
import io.convexpowersync.storage.StorageException.Kind;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublicationTest {
  private static final Lsn ONE = new Lsn(1_785_400_500_000_000_001L);
  private static final Lsn TWO = new Lsn(1_785_400_500_000_000_002L);

  private final TestDatabase database = TestDatabase.create();
  private final BucketStorage storage = database.openWithSchema();
  private final Notifications notifications = new Notifications(database);
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
    notifications.close();
    storage.close();
    database.close();
  }

  @Test
  void tellsTheServiceExactlyWhatItParses() {
    activate(writer);
    assertThat(notifications.take())
        .containsExactly(
            "{\"active_checkpoint\":{\"id\":1,\"last_checkpoint\":\"1\","
                + "\"last_checkpoint_lsn\":\"1785400500000000001\"}}");
  }

  @Test
  void keepsSilentWhileTheStreamIsBuilt() {
    try (WriteTransaction transaction = writer.begin()) {
      transaction.snapshotDone(ONE);
      transaction.publish(ONE, false, false);
      CommitResult result = transaction.commit();
      assertThat(result.checkpoint()).isPresent();
      assertThat(result.activated()).isFalse();
    }
    assertThat(writer.stream().state()).isEqualTo(State.PROCESSING);
    assertThat(writer.stream().lsn()).contains(ONE);
    assertThat(notifications.take()).isEmpty();
    assertThat(storage.reader().checkpoint()).isEmpty();
    assertThat(storage.reader().checkpoint(stream)).isPresent();
  }

  @Test
  void notifiesNobodyOfATransactionThatPublishesNothing() {
    activate(writer);
    notifications.take();
    try (WriteTransaction transaction = writer.begin()) {
      transaction.upsert("todos", "t2", inBucket("1#all|0[]", "t2", "text"));
      transaction.commit();
    }
    assertThat(notifications.take()).isEmpty();
    assertThat(storage.reader().checkpoint().orElseThrow().opId()).isEqualTo(new OpId(1));
  }

  @Test
  void publishesNothingBeforeTheSnapshotIsComplete() {
    CommitResult result = publish(writer, ONE, false);
    assertThat(result.checkpoint()).isEmpty();
    assertThat(result.activated()).isFalse();
    assertThat(database.one("SELECT state, last_checkpoint FROM powersync.sync_rules"))
        .isEqualTo("PROCESSING|null");
  }

  @Test
  void publishesNothingAtAnEarlierPosition() {
    activate(writer);
    publish(writer, TWO, false);
    notifications.take();

    assertThat(publish(writer, ONE, false).checkpoint()).isEmpty();
    assertThat(notifications.take()).isEmpty();
    assertThat(writer.stream().lsn()).contains(TWO);
  }

  @Test
  void repeatsAPositionUnderAFreshOpId() {
    activate(writer);
    assertThat(publish(writer, ONE, true).checkpoint()).contains(new OpId(2));
    assertThat(publish(writer, ONE, true).checkpoint()).contains(new OpId(3));
    assertThat(publish(writer, ONE, false).checkpoint()).contains(new OpId(3));
    assertThat(notifications.take()).hasSize(4);
  }

  @Test
  void stopsTheStreamsThatItReplaces() {
    activate(writer);
    StreamId next = storage.streams().deploy("next", Rows.PLAN);
    notifications.take();

    try (StreamWriter newer = storage.openWriter(next, "test")) {
      activate(newer);
    }

    assertThat(database.query("SELECT id, state FROM powersync.sync_rules ORDER BY id"))
        .containsExactly("1|STOP", "2|ACTIVE");
    assertThat(notifications.take()).singleElement().asString().contains("\"id\":2");
    assertThat(
            catchThrowableOfType(StorageException.class, () -> publish(writer, TWO, false)).kind())
        .isEqualTo(Kind.FENCED);
  }

  @Test
  void replacesAStreamThatFailedForGood() {
    activate(writer);
    writer.close();
    database.execute("UPDATE powersync.sync_rules SET state = 'ERRORED'");
    StreamId next = storage.streams().deploy("next", Rows.PLAN);
    assertThat(storage.reader().checkpoint().orElseThrow().stream()).isEqualTo(stream);

    try (StreamWriter newer = storage.openWriter(next, "test")) {
      activate(newer);
    }
    assertThat(storage.reader().checkpoint().orElseThrow().stream()).isEqualTo(next);
    assertThat(storage.streams().stopped()).extracting(ReplicationStream::id).contains(stream);
  }

  @Test
  void clearsAnErrorWithTheNextPublication() {
    activate(writer);
    writer.reportFatalError("cannot \0 go on");
    assertThat(database.one("SELECT last_fatal_error FROM powersync.sync_rules"))
        .isEqualTo("cannot  go on");
    publish(writer, TWO, false);
    assertThat(database.one("SELECT last_fatal_error FROM powersync.sync_rules")).isEqualTo("null");
  }

  @Test
  void aStreamThatIsBuiltBesideTheLiveOneGoesOnSayingWhatItWaitsFor() {
    try (WriteTransaction transaction = writer.begin()) {
      transaction.snapshotDone(ONE);
      transaction.commit();
    }
    writer.reportFatalError("waits for a table");
    try (WriteTransaction transaction = writer.begin()) {
      transaction.publish(ONE, false, false);
      assertThat(transaction.commit().checkpoint()).isPresent();
    }
    assertThat(database.one("SELECT state, last_fatal_error FROM powersync.sync_rules"))
        .isEqualTo("PROCESSING|waits for a table");
    assertThat(publish(writer, TWO, false).activated()).isTrue();
    assertThat(database.one("SELECT last_fatal_error FROM powersync.sync_rules")).isEqualTo("null");
  }

  @Test
  void clearsAnErrorWithTheFirstTransactionAfterAStart() {
    writer.reportFatalError("cannot go on");
    try (WriteTransaction transaction = writer.begin()) {
      transaction.commit();
    }
    assertThat(database.one("SELECT last_fatal_error FROM powersync.sync_rules")).isEqualTo("null");
  }

  private static void activate(StreamWriter writer) {
    String bucket = writer.stream().id() + "#all|0[]";
    try (WriteTransaction transaction = writer.begin()) {
      transaction.upsert("todos", "t1", inBucket(bucket, "t1", "text"));
      transaction.snapshotDone(ONE);
      transaction.publish(ONE, false, true);
      assertThat(transaction.commit().activated()).isTrue();
    }
  }

  private static CommitResult publish(StreamWriter writer, Lsn lsn, boolean fresh) {
    try (WriteTransaction transaction = writer.begin()) {
      transaction.publish(lsn, fresh, true);
      return transaction.commit();
    }
  }
}
