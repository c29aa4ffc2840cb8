package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.Checkpoint;
import io.convexpowersync.storage.ClientRow;
import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.ReplicationStream.State;
import io.convexpowersync.storage.StorageConfig;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.storage.StreamId;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens to a sync config that is deployed while another one is served. */
class RebuildCasesIT {
  private static final TableId TASKS = TableId.root("tasks");
  private static final long PIN = 1_785_412_800_000_000_000L;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension static final Databases DATABASES = new Databases();

  private final RecordedLog log = new RecordedLog();
  private String url;
  private BucketStorage storage;
  private SinkCore core;
  private long ts = PIN;
  private Position last = new Position(PIN, 1);
  private StreamId first;

  @BeforeEach
  void serveAFirstConfig() throws SQLException {
    url = DATABASES.create();
    storage = BucketStorage.open(StorageConfig.of(url, "postgres", "postgres"));
    storage.createSchema();
    first = deploy("tasks");
    core = newCore();
    core.put(
        log.write(
            new Marker.SnapshotBegin(last, new SnapshotId("s1"), List.of(TASKS), 1),
            row("a", 1),
            row("b", 1),
            new Marker.SnapshotEnd(last, new SnapshotId("s1"), List.of(TASKS), 1),
            new Marker.Resolved(last, Optional.empty(), 1)));
    commit("a", 2);
  }

  @AfterEach
  void stop() {
    core.close();
    storage.close();
  }

  @Test
  void aNewConfigTakesOverAndTheOldOneIsCleared() {
    StreamId second = deploy("tasks");
    await(() -> state(second) == State.ACTIVE);
    commit("c", 3);
    assertThat(core.stream().id()).isEqualTo(second);
    assertThat(rows()).containsExactlyInAnyOrder("a=2", "b=1", "c=3");
    assertThat(checkpoint().stream()).isEqualTo(second);
    await(() -> state(first) == State.TERMINATED);
    assertThat(core.rebuild()).isEmpty();
  }

  @Test
  void whatTheLiveFeedDeliversAgainAfterTheHandOverIsDropped() {
    List<PlacedRecord> repeated = commit("a", 3);
    StreamId second = deploy("tasks");
    await(() -> state(second) == State.ACTIVE);
    core.put(repeated);
    commit("b", 4);
    assertThat(rows()).containsExactlyInAnyOrder("a=3", "b=4");
    assertThat(query("SELECT count(*) FROM powersync.bucket_data WHERE group_id = " + second))
        .isEqualTo("5");
  }

  @Test
  void deployedTwiceTheNewestIsBuilt() {
    StreamId second = deploy("tasks");
    StreamId third = deploy("tasks");
    await(() -> state(third) == State.ACTIVE);
    await(() -> state(second) == State.TERMINATED);
    await(() -> state(first) == State.TERMINATED);
    commit("a", 5);
    assertThat(rows()).containsExactlyInAnyOrder("a=5", "b=1");
  }

  @Test
  void deployedWhileAnotherOneIsBuiltTheNewestIsBuilt() {
    StreamId second = deploy("absent");
    await(() -> waitingFor().contains("absent"));
    StreamId third = deploy("tasks");
    await(() -> state(third) == State.ACTIVE);
    await(() -> state(second) == State.TERMINATED);
    commit("a", 5);
    assertThat(rows()).containsExactlyInAnyOrder("a=5", "b=1");
  }

  @Test
  void aTableThatTheSourceDoesNotCaptureIsNamedAndTheLiveStreamGoesOn() {
    StreamId second = deploy("absent");
    await(() -> waitingFor().contains("[absent]"));
    assertThat(waitingFor()).contains("table.include.list", "first document");
    await(() -> fatalError(second).contains("[absent]"));
    commit("a", 6);
    assertThat(checkpoint().stream()).isEqualTo(first);
    assertThat(rows()).containsExactlyInAnyOrder("a=6", "b=1");
    Optional<Lsn> published = Optional.of(checkpoint().lsn());
    await(() -> storage.streams().find(second).orElseThrow().lsn().equals(published));
    assertThat(fatalError(second)).contains("[absent]");

    Position position = next();
    write(
        new Change.Upsert(
            position, TableId.root("absent"), "x", "{\"_id\":\"x\",\"v\":7}", position.ts(), false),
        new Marker.TableChanged(position, TableId.root("absent"), TableStatus.COMPLETE, 1),
        resolved(position));
    await(() -> state(second) == State.ACTIVE);
    assertThat(rows()).containsExactly("x=7");
    assertThat(fatalError(second)).isEmpty();
  }

  @Test
  void aTableWithoutACompleteSnapshotIsNamed() {
    Position position = next();
    core.put(
        log.write(
            new Marker.TableChanged(position, TableId.root("later"), TableStatus.CAPTURED, 1),
            resolved(position)));
    StreamId second = deploy("later");
    await(() -> waitingFor().contains("\"later\""));
    assertThat(waitingFor()).contains("reset its offsets");
    assertThat(state(second)).isEqualTo(State.PROCESSING);
    commit("a", 6);
    assertThat(checkpoint().stream()).isEqualTo(first);
  }

  @Test
  void aLogWithoutACompleteSnapshotIsNamedAndUsedWhenItHasOne() {
    log.forget();
    StreamId second = deploy("tasks");
    commit("a", 6);
    await(() -> waitingFor().contains("no complete snapshot"));
    await(() -> fatalError(second).contains("no complete snapshot"));
    commit("a", 7);
    assertThat(rows()).containsExactlyInAnyOrder("a=7", "b=1");

    last = new Position(ts, last.seq() + 1);
    core.put(
        log.write(
            new Marker.SnapshotBegin(last, new SnapshotId("s2"), List.of(TASKS), 1),
            row("a", 7),
            row("b", 1),
            new Marker.SnapshotEnd(last, new SnapshotId("s2"), List.of(TASKS), 1),
            new Marker.Resolved(last, Optional.of(new Position(ts, 0)), 1)));
    await(() -> state(second) == State.ACTIVE);
    assertThat(rows()).containsExactlyInAnyOrder("a=7", "b=1");
  }

  @Test
  void withoutAHistoryConsumerTheLiveStreamGoesOnAndTheKeyIsNamed() {
    log.unavailable(new TopicHistory(Map.of()).unavailable().orElseThrow());
    StreamId second = deploy("tasks");
    await(() -> waitingFor().contains("history.consumer.bootstrap.servers"));
    commit("a", 6);
    assertThat(rows()).containsExactlyInAnyOrder("a=6", "b=1");
    assertThat(state(second)).isEqualTo(State.PROCESSING);
  }

  @Test
  void aPlanThatCannotRunIsReportedOnItsRowAndTheLiveStreamGoesOnAlsoAfterARestart() {
    StreamId second =
        storage.streams().deploy("config: {edition: 3}", "{\"plan\":{\"version\":9}}");
    await(() -> fatalError(second).contains("9"));
    commit("a", 6);
    core.close();
    storage.checkSchema();
    core = newCore();
    commit("a", 7);
    assertThat(rows()).containsExactlyInAnyOrder("a=7", "b=1");
    StreamId third = deploy("tasks");
    await(() -> state(third) == State.ACTIVE);
  }

  @Test
  void anErroredStreamIsServedUntilTheNextOneReplacesIt() {
    core.close();
    execute("UPDATE powersync.sync_rules SET state = 'ERRORED'");
    StreamId second = deploy("tasks");
    core = newCore();
    assertThat(core.durablePlace()).isEmpty();
    List<PlacedRecord> all = log.everything();
    core.put(all.subList(0, 4));
    assertThat(checkpoint().stream()).isEqualTo(first);
    assertThat(rows()).containsExactlyInAnyOrder("a=2", "b=1");
    core.put(all.subList(4, all.size()));
    assertThat(state(second)).isEqualTo(State.ACTIVE);
    assertThat(rows()).containsExactlyInAnyOrder("a=2", "b=1");
    await(() -> state(first) == State.TERMINATED);
  }

  @Test
  void aStreamOfAnotherLogMakesRoomForTheOneThatWaits() {
    log.unavailable("not before the live stream is refused");
    log.writtenBy(new LogOrigin("other-animal-2", "app", "test"));
    StreamId second = deploy("tasks");
    Position position = next();
    List<PlacedRecord> foreign = log.write(resolved(position));
    assertThatThrownBy(() -> core.put(foreign)).isInstanceOf(StreamChangedException.class);
    assertThat(core.stream().id()).isEqualTo(second);
    assertThat(core.durablePlace()).isEmpty();
    assertThat(fatalError(first)).contains("other-animal-2");
  }

  @Test
  void aKilledRunnerContinuesTheLiveStreamAtOnceAndTheOtherOneBesideIt() {
    deploy("absent");
    await(() -> waitingFor().contains("absent"));
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    core.close();
    core = newCore();
    commit("a", 8);
    assertThat(core.stream().id()).isEqualTo(first);
    assertThat(rows()).containsExactlyInAnyOrder("a=8", "b=1");
    await(() -> waitingFor().contains("absent"));
  }

  private SinkCore newCore() {
    SinkOptions defaults = SinkOptions.DEFAULT;
    SinkOptions options =
        new SinkOptions(
            defaults.maxRows(),
            defaults.maxBytes(),
            defaults.maxTime(),
            defaults.keepalive(),
            defaults.clockSkew(),
            defaults.progress(),
            Duration.ZERO,
            defaults.releaseInterval(),
            false);
    return new SinkCore(new StorageStreamSource(storage, "sink"), log, options, Clock.systemUTC());
  }

  private StreamId deploy(String table) {
    return storage.streams().deploy("config: {edition: 3}", plan(table));
  }

  private static String plan(String table) {
    return """
        {"plan":{"version":1,"dataSources":[
        {"hash":1,"table":{"connection":null,"schema":null,"table":"%1$s"},
         "outputTableName":"%1$s","tableValuedFunctions":[],"filters":[],"partitionBy":[],
         "columns":["star",{"expr":{"type":"data","source":{"column":"_id"}},"alias":"id"}]}],
        "buckets":[{"hash":3,"uniqueName":"all|0","sources":[0]}],"parameterIndexes":[],
        "streams":[]},"compatibility":{"edition":3,"overrides":{}},"eventDescriptors":{}}
        """
        .formatted(table);
  }

  private Position next() {
    return Position.ofCommit(++ts);
  }

  private Change.Upsert row(String id, int version) {
    return new Change.Upsert(last, TASKS, id, document(id, version), PIN, true);
  }

  private List<PlacedRecord> commit(String id, int version) {
    Position position = next();
    return write(
        new Change.Upsert(position, TASKS, id, document(id, version), position.ts(), false),
        resolved(position));
  }

  /** To the log, and to the live stream. */
  private List<PlacedRecord> write(LogEvent... events) {
    List<PlacedRecord> written = log.write(events);
    await(() -> isTaken(written));
    return written;
  }

  /** Like whoever drives the core: again after what passes. */
  private boolean isTaken(List<PlacedRecord> records) {
    try {
      core.put(records);
      return true;
    } catch (StorageException e) {
      assertThat(e.kind()).isEqualTo(StorageException.Kind.TRANSIENT);
      return false;
    }
  }

  private static String document(String id, int version) {
    return "{\"_id\":\"%s\",\"v\":%d}".formatted(id, version);
  }

  private Marker resolved(Position position) {
    Marker marker = new Marker.Resolved(position, Optional.of(last), 1);
    last = position;
    return marker;
  }

  private State state(StreamId stream) {
    return storage.streams().find(stream).orElseThrow().state();
  }

  private String waitingFor() {
    return core.rebuild().map(RebuildProgress::waitingFor).orElse("");
  }

  private Checkpoint checkpoint() {
    return storage.reader().checkpoint().orElseThrow();
  }

  /** As id=version. */
  private List<String> rows() {
    Checkpoint checkpoint = checkpoint();
    return storage.reader().buckets(checkpoint, "", 10).stream()
        .flatMap(bucket -> storage.reader().rows(checkpoint, bucket).stream())
        .map(ClientRow::data)
        .map(data -> data.replaceAll(".*\"_id\":\"(\\w+)\",\"v\":\"?(\\d+).*", "$1=$2"))
        .toList();
  }

  private String fatalError(StreamId stream) {
    return query(
        "SELECT coalesce(last_fatal_error, '') FROM powersync.sync_rules WHERE id = " + stream);
  }

  private String query(String sql) {
    try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres");
        ResultSet result = connection.createStatement().executeQuery(sql)) {
      result.next();
      return result.getString(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void execute(String sql) {
    try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres")) {
      connection.createStatement().execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for %s", LIMIT).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }
}
