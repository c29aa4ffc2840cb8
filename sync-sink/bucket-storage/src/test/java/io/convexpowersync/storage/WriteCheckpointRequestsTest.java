package io.convexpowersync.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteCheckpointRequestsTest {
  private static final long HEAD = 1_785_412_800_000_000_000L;
  private static final Duration SHORT = Duration.ofMillis(20);

  private final TestDatabase database = TestDatabase.create();
  private final BucketStorage storage = database.openWithSchema();
  private final WriteCheckpointRequests requests = storage.writeCheckpointRequests();

  @AfterEach
  void close() throws SQLException {
    requests.close();
    storage.close();
    database.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noticesNewAndChangedRequestsOnce(boolean triggers) {
    start(triggers);
    request("user-1/c1", HEAD + 7);
    assertThat(noticed()).isEqualTo(HEAD + 7);
    assertNothing();
    request("user-1/c1", HEAD + 9);
    assertThat(noticed()).isEqualTo(HEAD + 9);
  }

  @Test
  void tellsTheLowestHeadOfAStatement() {
    start(true);
    database.execute(
        "INSERT INTO powersync.write_checkpoints SELECT 'u' || i, json_build_object('1', ("
            + (HEAD + 5)
            + " - i)::text), 1 FROM generate_series(1, 3) AS i");
    assertThat(noticed()).isEqualTo(HEAD + 2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noticesAfterTheCommitOnly(boolean triggers) throws SQLException {
    start(triggers);
    try (Connection service = database.connect()) {
      service.setAutoCommit(false);
      service.createStatement().execute(upsert("slow", HEAD + 1));
      // Later transactions end first, and are settled.
      request("fast", HEAD + 2);
      assertThat(noticed()).isEqualTo(HEAD + 2);
      assertNothing();
      service.commit();
    }
    assertThat(noticed()).isEqualTo(HEAD + 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void missesNothingWhenItsConnectionIsLost(boolean triggers) {
    start(triggers);
    request("before", HEAD + 3);
    assertThat(noticed()).isEqualTo(HEAD + 3);
    database.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            + " AND datname = current_database()");
    request("meanwhile", HEAD + 2);
    assertThatThrownBy(() -> next(requests))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.TRANSIENT));
    assertThat(noticed()).isEqualTo(HEAD + 2);
  }

  @Test
  void afterAStartEveryRequestMayWait() {
    request("old", HEAD);
    assertThat(noticed()).isEqualTo(HEAD);
  }

  @Test
  void looksWhenTheTriggersAreRemovedWhileItListens() {
    start(true);
    database.execute("DROP SCHEMA convex_powersync CASCADE");
    request("user", HEAD + 3);
    assertThat(noticed()).isEqualTo(HEAD + 3);
  }

  @Test
  void theDocumentedCommandRemovesTheTriggersAndTheServiceGoesOn() {
    assertThat(triggers()).isEqualTo("2");
    database.execute("DROP SCHEMA convex_powersync CASCADE");
    assertThat(triggers()).isEqualTo("0");
    request("user", HEAD);
    assertThat(database.one("SELECT count(*) FROM powersync.write_checkpoints")).isEqualTo("1");
  }

  @Test
  void aServiceWithoutRightsOnOurSchemaCanStillInsert() throws SQLException {
    database.execute("DROP ROLE IF EXISTS only_service");
    database.execute("CREATE ROLE only_service");
    database.execute("GRANT USAGE ON SCHEMA powersync TO only_service");
    database.execute("GRANT ALL ON powersync.write_checkpoints TO only_service");
    start(true);
    try (Connection service = database.connect()) {
      service.createStatement().execute("SET ROLE only_service");
      service.createStatement().execute(upsert("user", HEAD + 4));
    }
    assertThat(noticed()).isEqualTo(HEAD + 4);
    database.execute("DROP OWNED BY only_service");
    database.execute("DROP ROLE only_service");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ignoresRowsWithoutAPositionOfConvex(boolean triggers) {
    start(triggers);
    database.execute(
        "INSERT INTO powersync.write_checkpoints VALUES ('a', '{\"1\":\"0/16B3748\"}', 1),"
            + " ('b', '{}', 1), ('c', '7', 1)");
    assertNothing();
    assertThat(database.one("SELECT count(*) FROM powersync.write_checkpoints")).isEqualTo("3");
  }

  @Test
  void aTableOfSomebodyElseIsNotAnErrorOfTheSchema() {
    database.execute("DROP SCHEMA convex_powersync CASCADE");
    database.execute("CREATE ROLE plain_sink LOGIN");
    database.execute("GRANT ALL ON SCHEMA powersync TO plain_sink");
    database.execute("GRANT ALL ON ALL TABLES IN SCHEMA powersync TO plain_sink");
    database.execute("REVOKE TRIGGER ON powersync.write_checkpoints FROM plain_sink");
    database.execute(
        "GRANT CREATE ON DATABASE " + database.one("SELECT current_database()") + " TO plain_sink");
    StorageConfig config = StorageConfig.of(database.config().url(), "plain_sink", "");
    try (BucketStorage plain = BucketStorage.open(config)) {
      plain.createSchema();
      assertThat(triggers()).isEqualTo("0");
      try (WriteCheckpointRequests looking = plain.writeCheckpointRequests()) {
        next(looking);
        request("user", HEAD + 6);
        assertThat(noticed(looking)).isEqualTo(HEAD + 6);
      }
    }
    database.execute("DROP OWNED BY plain_sink CASCADE");
    database.execute("DROP ROLE plain_sink");
  }

  /** The first look reports what is there; it is empty. */
  private void start(boolean triggers) {
    if (!triggers) {
      database.execute("DROP TRIGGER convex_powersync_inserted ON powersync.write_checkpoints");
      database.execute("DROP TRIGGER convex_powersync_updated ON powersync.write_checkpoints");
    }
    assertThat(next(requests)).isEmpty();
  }

  private long noticed() {
    return noticed(requests);
  }

  private static long noticed(WriteCheckpointRequests requests) {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (System.nanoTime() < deadline) {
      Optional<Lsn> found = next(requests);
      if (found.isPresent()) {
        return found.get().nanos();
      }
    }
    throw new AssertionError("No request was noticed");
  }

  /** For longer than both ways need to notice. */
  private void assertNothing() {
    long deadline = System.nanoTime() + Duration.ofMillis(1_600).toNanos();
    while (System.nanoTime() < deadline) {
      assertThat(next(requests)).isEmpty();
    }
  }

  private static Optional<Lsn> next(WriteCheckpointRequests requests) {
    Optional<Lsn> told = requests.await(SHORT);
    Optional<Lsn> found = requests.look();
    return told.or(() -> found);
  }

  private String triggers() {
    return database.one("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal");
  }

  private void request(String user, long head) {
    database.execute(upsert(user, head));
  }

  private static String upsert(String user, long head) {
    return "INSERT INTO powersync.write_checkpoints AS w (user_id, lsns, write_checkpoint) VALUES ('"
        + user
        + "', '{\"1\":\""
        + head
        + "\"}', 1) ON CONFLICT (user_id) DO UPDATE SET lsns = EXCLUDED.lsns,"
        + " write_checkpoint = w.write_checkpoint + 1, checkpoint_requested_at = NULL";
  }
}
