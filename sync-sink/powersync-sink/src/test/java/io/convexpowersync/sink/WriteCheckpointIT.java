package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.StorageConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Write checkpoints on an idle deployment: requests as the service stores them, on a real
 * PostgreSQL, while nobody calls the sink core.
 */
class WriteCheckpointIT {
  private record Published(long opId, long lsn, long receivedNs) {}

  /** Not a measure of speed: a release that takes this long was noticed by chance. */
  private static final double HUNG_MS = 10_000;

  private static final Pattern PAYLOAD =
      Pattern.compile(
          "\\{\"active_checkpoint\":\\{\"id\":1,\"last_checkpoint\":\"(\\d+)\","
              + "\"last_checkpoint_lsn\":\"(\\d{19})\"}}");

  private static final TableId TASKS = TableId.root("tasks");
  private static final long PIN = 1_785_412_800_000_000_000L;
  private static final LogOrigin ORIGIN = new LogOrigin("tidy-otter-7", "app", "test");
  private static final String PLAN =
      """
      {"plan":{"version":1,"dataSources":[
      {"hash":1,"table":{"connection":null,"schema":null,"table":"tasks"},
       "outputTableName":"tasks","tableValuedFunctions":[],"filters":[],"partitionBy":[],
       "columns":["star"]}],
      "buckets":[{"hash":3,"uniqueName":"tasks|0","sources":[0]}],"parameterIndexes":[],
      "streams":[]},"compatibility":{"edition":3,"overrides":{}},"eventDescriptors":{}}
      """;

  @RegisterExtension static final Databases DATABASES = new Databases();

  private String url;
  private Connection service;
  private BucketStorage storage;
  private SinkCore core;
  private long offset;

  @BeforeEach
  void createDatabase() throws SQLException {
    url = DATABASES.create();
    storage = BucketStorage.open(StorageConfig.of(url, "postgres", "postgres"));
    storage.createSchema();
    storage.streams().deploy("config: {edition: 3}", PLAN);
    service = DriverManager.getConnection(url, "postgres", "postgres");
    service.createStatement().execute("LISTEN powersynccheckpoints");
    core = newCore(250);
  }

  @AfterEach
  void close() throws SQLException {
    core.close();
    storage.close();
    service.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void releasesARequestAtThePublishedPosition(boolean triggers) throws SQLException {
    start(triggers);
    long before = currentOpId();
    request("user-1/c1", PIN);
    Published released = next(Duration.ofSeconds(10));
    assertThat(released.lsn()).isEqualTo(PIN);
    assertThat(released.opId()).isGreaterThan(before).isEqualTo(currentOpId());
    assertNothingIsPublished();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRequestAboveThePositionWaitsForIt(boolean triggers) throws SQLException {
    start(triggers);
    request("user", PIN + 5);
    assertNothingIsPublished();
    put(resolved(Position.ofCommit(PIN + 6), new Position(PIN, 1)));
    assertThat(next(Duration.ofSeconds(10)).lsn()).isEqualTo(PIN + 6);
    assertNothingIsPublished();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void waitsWhileSomethingIsWrittenThatIsNotPublished(boolean triggers) throws SQLException {
    start(triggers);
    put(upsert(PIN + 5));
    request("user", PIN);
    assertNothingIsPublished();
    put(resolved(Position.ofCommit(PIN + 5), new Position(PIN, 1)));
    assertThat(next(Duration.ofSeconds(10)).lsn()).isEqualTo(PIN + 5);
    assertNothingIsPublished();
  }

  @Test
  void waitsWhileASnapshotRuns() throws SQLException {
    start(true);
    put(new Marker.SnapshotBegin(new Position(PIN + 9, 1), new SnapshotId("s2"), tables(), 2));
    request("user", PIN);
    assertNothingIsPublished();
  }

  @Test
  void publishesAtMostOncePerInterval() throws SQLException {
    start(true);
    core.close();
    core = newCore(1_000);
    core.durablePlace();
    List<Published> released = new ArrayList<>();
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    for (int i = 0; System.nanoTime() < end; i++) {
      request("user-" + i, PIN);
      poll(20).forEach(released::add);
    }
    assertThat(released).hasSizeBetween(3, 6);
    for (int i = 1; i < released.size(); i++) {
      assertThat(released.get(i).receivedNs() - released.get(i - 1).receivedNs())
          .isGreaterThan(Duration.ofMillis(900).toNanos());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void goesOnAfterAllItsConnectionsWereLost(boolean triggers) throws SQLException {
    start(triggers);
    service
        .createStatement()
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    request("user", PIN);
    assertThat(next(Duration.ofSeconds(20)).lsn()).isEqualTo(PIN);
    assertNothingIsPublished();
  }

  @Test
  void releasesWhatWasRequestedWhileTheSinkWasDown() throws SQLException {
    start(true);
    core.close();
    request("user", PIN);
    core = newCore(250);
    core.durablePlace();
    assertThat(next(Duration.ofSeconds(10)).lsn()).isEqualTo(PIN);
    assertNothingIsPublished();
  }

  @Test
  void itsThreadEndsWithTheCore() throws SQLException {
    start(true);
    assertThat(threads()).isEqualTo(1);
    core.close();
    assertThat(threads()).isZero();
  }

  @Test
  void releasesAmongAMillionRowsWithTriggers() throws SQLException {
    assertThat(medianMs(true, 20)).isLessThan(HUNG_MS);
  }

  @Test
  void releasesAmongAMillionRowsWithoutTriggers() throws SQLException {
    assertThat(medianMs(false, 12)).isLessThan(HUNG_MS);
  }

  private double medianMs(boolean triggers, int requests) throws SQLException {
    start(triggers);
    execute(
        "INSERT INTO powersync.write_checkpoints (user_id, lsns, write_checkpoint)"
            + " SELECT 'user-' || i || '/client', jsonb_build_object('1', '"
            + PIN
            + "'), 1 FROM generate_series(1, 1000000) AS i");
    next(Duration.ofSeconds(60));
    Random random = new Random(4);
    List<Double> latencies = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      assertThat(poll(600 + random.nextInt(1_000))).isEmpty();
      long start = System.nanoTime();
      request("user-" + (1 + random.nextInt(1_000_000)) + "/client", PIN);
      latencies.add((next(Duration.ofSeconds(20)).receivedNs() - start) / 1e6);
    }
    latencies.sort(null);
    double median = latencies.get(latencies.size() / 2);
    System.out.printf(
        Locale.ROOT,
        "write checkpoints: 1000000 rows, triggers=%s, releases=%d, median %.0f ms, max %.0f ms%n",
        triggers,
        requests,
        median,
        latencies.get(latencies.size() - 1));
    return median;
  }

  private SinkCore newCore(long releaseIntervalMs) {
    SinkOptions defaults = SinkOptions.DEFAULT;
    return new SinkCore(
        new StorageStreamSource(storage, "sink"),
        LogHistory.none("not here"),
        new SinkOptions(
            defaults.maxRows(),
            defaults.maxBytes(),
            defaults.maxTime(),
            defaults.keepalive(),
            defaults.clockSkew(),
            defaults.progress(),
            Duration.ZERO,
            Duration.ofMillis(releaseIntervalMs),
            false),
        Clock.systemUTC());
  }

  /** A published snapshot, and an idle sink that has looked at the requests once. */
  private void start(boolean triggers) throws SQLException {
    if (!triggers) {
      execute("DROP TRIGGER convex_powersync_inserted ON powersync.write_checkpoints");
      execute("DROP TRIGGER convex_powersync_updated ON powersync.write_checkpoints");
    }
    put(
        new Marker.SnapshotBegin(new Position(PIN, 1), new SnapshotId("s1"), tables(), 1),
        new Marker.SnapshotEnd(new Position(PIN, 1), new SnapshotId("s1"), tables(), 1),
        new Marker.Resolved(new Position(PIN, 1), Optional.empty(), System.currentTimeMillis()));
    assertThat(next(Duration.ofSeconds(10)).lsn()).isEqualTo(PIN);
    request("first", PIN);
    assertThat(next(Duration.ofSeconds(10)).lsn()).isEqualTo(PIN);
    assertNothingIsPublished();
  }

  private void put(LogEvent... events) {
    List<PlacedRecord> records = new ArrayList<>();
    for (LogEvent event : events) {
      records.add(
          new PlacedRecord(
              new LogRecord(ORIGIN, event), new InputPlace.Topic("app.log", 0, ++offset)));
    }
    core.put(records);
  }

  private static List<TableId> tables() {
    return List.of(TASKS);
  }

  private static LogEvent upsert(long ts) {
    return new Change.Upsert(Position.ofCommit(ts), TASKS, "a", "{\"_id\":\"a\"}", ts, false);
  }

  private static LogEvent resolved(Position position, Position previous) {
    return new Marker.Resolved(position, Optional.of(previous), System.currentTimeMillis());
  }

  /** As the service does for {@code write-checkpoint2.json}. */
  private void request(String user, long head) throws SQLException {
    execute(
        "INSERT INTO powersync.write_checkpoints AS w (user_id, lsns, write_checkpoint) VALUES ('"
            + user
            + "', '{\"1\":\""
            + head
            + "\"}', 1) ON CONFLICT (user_id) DO UPDATE SET lsns = EXCLUDED.lsns,"
            + " write_checkpoint = w.write_checkpoint + 1, checkpoint_requested_at = NULL");
  }

  private void execute(String sql) throws SQLException {
    try (var statement = service.createStatement()) {
      statement.execute(sql);
    }
  }

  private long currentOpId() throws SQLException {
    try (var statement = service.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT last_checkpoint FROM powersync.sync_rules")) {
      row.next();
      return row.getLong(1);
    }
  }

  private Published next(Duration deadline) throws SQLException {
    long end = System.nanoTime() + deadline.toNanos();
    while (System.nanoTime() < end) {
      List<Published> received = poll(100);
      if (!received.isEmpty()) {
        assertThat(received).hasSize(1);
        return received.get(0);
      }
    }
    throw new AssertionError("Nothing was published");
  }

  /** For longer than a release takes in either way. */
  private void assertNothingIsPublished() throws SQLException {
    long end = System.nanoTime() + Duration.ofMillis(2_000).toNanos();
    while (System.nanoTime() < end) {
      assertThat(poll(100)).isEmpty();
    }
  }

  private List<Published> poll(int timeoutMs) throws SQLException {
    PGNotification[] received = service.unwrap(PGConnection.class).getNotifications(timeoutMs);
    List<Published> published = new ArrayList<>();
    for (PGNotification notification : received == null ? new PGNotification[0] : received) {
      Matcher payload = PAYLOAD.matcher(notification.getParameter());
      assertThat(payload.matches()).as(notification.getParameter()).isTrue();
      published.add(
          new Published(
              Long.parseLong(payload.group(1)),
              Long.parseLong(payload.group(2)),
              System.nanoTime()));
    }
    return published;
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("write-checkpoints"))
        .count();
  }
}
