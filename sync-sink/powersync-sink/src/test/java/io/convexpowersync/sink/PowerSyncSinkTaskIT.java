package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEncoder;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogSchemas;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.Checkpoint;
import io.convexpowersync.storage.ClientRow;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StorageConfig;
import io.convexpowersync.storage.StreamId;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sink task as Kafka Connect drives it, on a real PostgreSQL. */
class PowerSyncSinkTaskIT {
  private static final TopicPartition LOG = new TopicPartition("app.log", 0);
  private static final TableId TASKS = TableId.root("tasks");
  private static final long PIN = 1_785_412_800_000_000_000L;
  private static final String PLAN =
      """
      {"plan":{"version":1,"dataSources":[
      {"hash":1,"table":{"connection":null,"schema":null,"table":"tasks"},
       "outputTableName":"tasks","tableValuedFunctions":[],"filters":[],"partitionBy":[],
       "columns":["star",{"expr":{"type":"data","source":{"column":"_id"}},"alias":"id"}]}],
      "buckets":[{"hash":3,"uniqueName":"tasks|0","sources":[0]}],"parameterIndexes":[],
      "streams":[]},"compatibility":{"edition":3,"overrides":{}},"eventDescriptors":{}}
      """;

  private static EmbeddedPostgres postgres;
  private static int databases;

  private final LogEncoder encoder = new LogEncoder(new LogOrigin("tidy-otter-7", "app", "test"));
  private final FakeContext context = new FakeContext();
  private String url;
  private BucketStorage storage;
  private PowerSyncSinkTask task;
  private long nextOffset;

  @BeforeAll
  static void startPostgres() throws IOException {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stopPostgres() throws IOException {
    postgres.close();
  }

  @BeforeEach
  void createDatabase() throws SQLException {
    String name = "sink_" + ++databases;
    execute("CREATE DATABASE " + name);
    url = postgres.getJdbcUrl("postgres", name).replaceAll("\\?.*", "");
    storage = BucketStorage.open(StorageConfig.of(url, "postgres", "postgres"));
    storage.createSchema();
    storage.streams().deploy("config: {edition: 3}", PLAN);
    task = newTask();
  }

  @AfterEach
  void stop() {
    task.stop();
    storage.close();
  }

  @Test
  void publishesASnapshotWhenItsMarkerArrivesAndNotBefore() {
    put(begin(), row("a", "{\"_id\":\"a\",\"v\":1}"), row("b", "{\"_id\":\"b\",\"v\":2.5}"));
    assertThat(storage.reader().checkpoint()).isEmpty();
    put(end(), resolved(new Position(PIN, 1), Optional.empty()));
    assertThat(rows())
        .containsExactlyInAnyOrder(
            "{\"_id\":\"a\",\"v\":\"1\",\"id\":\"a\"}", "{\"_id\":\"b\",\"v\":2.5,\"id\":\"b\"}");
    assertThat(storage.streams().active())
        .get()
        .extracting(ReplicationStream::state)
        .isEqualTo(ReplicationStream.State.ACTIVE);
  }

  @Test
  void aCommitIsVisibleWholeOrNotAtAll() {
    snapshot();
    put(upsert(PIN + 5, "a", "{\"_id\":\"a\",\"v\":7}"));
    assertThat(rows())
        .containsExactlyInAnyOrder(
            "{\"_id\":\"a\",\"v\":\"1\",\"id\":\"a\"}", "{\"_id\":\"b\",\"v\":2.5,\"id\":\"b\"}");
    put(
        new Change.Delete(Position.ofCommit(PIN + 5), TASKS, "b"),
        upsert(PIN + 5, "c", "{\"_id\":\"c\"}"),
        resolved(Position.ofCommit(PIN + 5), Optional.of(new Position(PIN, 1))));
    assertThat(rows())
        .containsExactlyInAnyOrder(
            "{\"_id\":\"a\",\"v\":\"7\",\"id\":\"a\"}", "{\"_id\":\"c\",\"id\":\"c\"}");
  }

  @Test
  void resumesWhereTheDatabaseSaysWhateverConnectHasStored() {
    snapshot();
    assertThat(task.preCommit(Map.of()).get(LOG).offset()).isEqualTo(nextOffset);
    task.stop();
    context.sought.clear();
    task = newTask();
    assertThat(context.sought).containsEntry(LOG, nextOffset);
  }

  @Test
  void readsJsonWithoutSchemas() {
    try (JsonConverter converter = new JsonConverter()) {
      converter.configure(Map.of("schemas.enable", "false"), false);
      List<SinkRecord> records = new ArrayList<>();
      for (LogEvent event :
          List.of(
              begin(),
              row("a", "{\"_id\":\"a\"}"),
              end(),
              resolved(new Position(PIN, 1), Optional.empty()))) {
        byte[] key = converter.fromConnectData("app.log", LogSchemas.KEY, LogEncoder.key(event));
        byte[] value = converter.fromConnectData("app.log", LogSchemas.VALUE, encoder.value(event));
        records.add(
            record(
                converter.toConnectData("app.log", key).value(),
                converter.toConnectData("app.log", value).value()));
      }
      task.put(records);
    }
    assertThat(rows()).containsExactly("{\"_id\":\"a\",\"id\":\"a\"}");
  }

  @Test
  void goesOnAfterALostConnectionWithTheSameRecords() throws SQLException {
    snapshot();
    SinkRecord change = record(upsert(PIN + 5, "a", "{\"_id\":\"a\",\"v\":7}"));
    SinkRecord marker =
        record(resolved(Position.ofCommit(PIN + 5), Optional.of(new Position(PIN, 1))));
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'sink%'");
    assertThatThrownBy(() -> task.put(List.of(change, marker)))
        .isInstanceOf(RetriableException.class);
    putLikeConnect(List.of(change, marker));
    assertThat(rows())
        .containsExactlyInAnyOrder(
            "{\"_id\":\"a\",\"v\":\"7\",\"id\":\"a\"}", "{\"_id\":\"b\",\"v\":2.5,\"id\":\"b\"}");
  }

  @Test
  void goesOnWithTheSameStreamWhenANewConfigWaitsAfterALostConnection() throws SQLException {
    snapshot();
    storage.streams().deploy("config: {edition: 3} # another", PLAN);
    SinkRecord change = record(upsert(PIN + 5, "a", "{\"_id\":\"a\",\"v\":7}"));
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'sink%'");
    assertThatThrownBy(() -> task.put(List.of(change))).isInstanceOf(RetriableException.class);
    putLikeConnect(List.of(change));
    put(resolved(Position.ofCommit(PIN + 5), Optional.of(new Position(PIN, 1))));
    assertThat(rows())
        .containsExactlyInAnyOrder(
            "{\"_id\":\"a\",\"v\":\"7\",\"id\":\"a\"}", "{\"_id\":\"b\",\"v\":2.5,\"id\":\"b\"}");
    StreamId waiting = storage.streams().processing().orElseThrow().id();
    assertThat(storage.streams().place(waiting)).isEmpty();
  }

  @Test
  void refusesARecordOfATableTopicNamingWhereItIs() {
    Map<String, Object> envelope = Map.of("after", "{}", "source", Map.of(), "op", "u");
    SinkRecord wrong = new SinkRecord("app.app.tasks", 0, null, Map.of(), null, envelope, 17);
    assertThatThrownBy(() -> task.put(List.of(wrong)))
        .isInstanceOf(ConnectException.class)
        .isNotInstanceOf(RetriableException.class)
        .hasMessageContaining("app.app.tasks")
        .hasMessageContaining("offset 17")
        .hasMessageContaining("<topic.prefix>.log");
  }

  @Test
  void refusesMoreThanOnePartition() {
    assertThatThrownBy(() -> task.open(Set.of(new TopicPartition("app.log", 1))))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("1 partition");
  }

  @Test
  void aSecondSinkWaitsAndTakesOverWhenTheFirstEnds() {
    snapshot();
    FakeContext other = new FakeContext();
    PowerSyncSinkTask second = new PowerSyncSinkTask();
    second.initialize(other);
    Map<String, String> config = config();
    config.put("name", "another");
    second.start(config);
    second.open(Set.of(LOG));
    SinkRecord change = record(upsert(PIN + 5, "a", "{\"_id\":\"a\",\"v\":7}"));
    SinkRecord marker =
        record(resolved(Position.ofCommit(PIN + 5), Optional.of(new Position(PIN, 1))));
    second.put(List.of(change, marker));
    assertThat(other.paused).containsExactly(LOG);
    assertThat(second.preCommit(Map.of())).isEmpty();
    assertThat(rows()).hasSize(2).noneMatch(row -> row.contains("7"));

    task.stop();
    second.put(List.of());
    assertThat(other.paused).isEmpty();
    assertThat(other.sought).containsEntry(LOG, change.kafkaOffset());
    second.put(List.of(change, marker));
    assertThat(rows()).anyMatch(row -> row.contains("\"v\":\"7\""));
    second.stop();
  }

  @Test
  void aTaskStartsWhileTheDatabaseIsDownAndReadsFromItsPlaceWhenItIsBack() throws IOException {
    snapshot();
    SinkRecord change = record(upsert(PIN + 5, "a", "{\"_id\":\"a\",\"v\":7}"));
    SinkRecord marker =
        record(resolved(Position.ofCommit(PIN + 5), Optional.of(new Position(PIN, 1))));
    task.stop();
    context.sought.clear();
    try (Gate gate = new Gate(postgres.getPort())) {
      gate.shut();
      Map<String, String> config = config();
      config.put("connection.url", url.replace(":" + postgres.getPort(), ":" + gate.port()));
      task = new PowerSyncSinkTask();
      task.initialize(context);
      task.start(config);
      task.open(Set.of(LOG));
      task.put(List.of());
      assertThatThrownBy(() -> task.put(List.of(marker))).isInstanceOf(RetriableException.class);
      assertThat(task.preCommit(Map.of())).isEmpty();
      assertThat(context.sought).isEmpty();
      gate.open();
      task.put(List.of(marker));
      assertThat(context.sought).containsEntry(LOG, change.kafkaOffset());
      task.put(List.of(change, marker));
      assertThat(rows()).anyMatch(row -> row.contains("\"v\":\"7\""));
      task.stop();
    }
  }

  @Test
  void anOutageOfTheDatabaseLosesNothingAndNeverStopsTheTask() throws IOException {
    snapshot();
    try (Gate gate = new Gate(postgres.getPort())) {
      task.stop();
      Map<String, String> config = config();
      config.put("connection.url", url.replace(":" + postgres.getPort(), ":" + gate.port()));
      task = new PowerSyncSinkTask();
      task.initialize(context);
      task.start(config);
      task.open(Set.of(LOG));
      List<SinkRecord> commit =
          List.of(
              record(upsert(PIN + 5, "a", "{\"_id\":\"a\",\"v\":7}")),
              record(resolved(Position.ofCommit(PIN + 5), Optional.of(new Position(PIN, 1)))));
      gate.shut();
      assertThatThrownBy(() -> task.put(commit)).isInstanceOf(RetriableException.class);
      assertThat(task.preCommit(Map.of()).get(LOG).offset()).isEqualTo(commit.get(0).kafkaOffset());
      gate.open();
      putLikeConnect(commit);
      assertThat(rows()).anyMatch(row -> row.contains("\"v\":\"7\""));
      task.stop();
    }
  }

  @Test
  void aStoppedConnectorsOffsetsMayGoBackAndWhatIsReadAgainIsDropped() {
    snapshot();
    put(
        upsert(PIN + 5, "a", "{\"_id\":\"a\",\"v\":7}"),
        resolved(Position.ofCommit(PIN + 5), Optional.of(new Position(PIN, 1))));
    List<String> before = rows();
    task.stop();

    alterOffsets(LOG, 2L);
    restart();
    assertThat(context.sought).containsEntry(LOG, 2L);
    task.stop();
    alterOffsets(LOG, null);
    restart();
    assertThat(context.sought).containsEntry(LOG, 0L);
    nextOffset = 0;
    snapshot();
    assertThat(rows()).as("what is published stays").isEqualTo(before);
    put(
        new Change.Delete(Position.ofCommit(PIN + 9), TASKS, "b"),
        resolved(Position.ofCommit(PIN + 9), Optional.of(Position.ofCommit(PIN + 5))));
    assertThat(rows()).hasSize(1);
  }

  @Test
  void offsetsThatWouldLeaveSomethingOutAreRefused() {
    snapshot();
    task.stop();
    assertThatThrownBy(() -> alterOffsets(LOG, nextOffset + 1))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("up to offset " + nextOffset)
        .hasMessageContaining("deploy the sync config again");
    assertThatThrownBy(() -> alterOffsets(new TopicPartition("other.log", 0), 1L))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("kafka_topic");
    assertThatThrownBy(() -> alterOffsets(new TopicPartition("app.log", 1), 1L))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("kafka_partition");
    alterOffsets(new TopicPartition("other.log", 0), null);
    restart();
    assertThat(context.sought).containsEntry(LOG, nextOffset);
  }

  @Test
  void isSeenInJmxWhileItRuns() throws JMException {
    MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();
    ObjectName name = new ObjectName("powersync.sink:type=sink-metrics,connector=sink");
    snapshot();
    assertThat(jmx.getAttribute(name, "RowsReplicatedTotal")).isEqualTo(2L);
    assertThat(jmx.getAttribute(name, "CheckpointsTotal")).isEqualTo(1L);
    assertThat(jmx.getAttribute(name, "UnpublishedRows")).isEqualTo(0L);
    assertThat(jmx.getAttribute(name, "Writing")).isEqualTo(true);
    assertThat(jmx.getAttribute(name, "PublishedPosition")).isEqualTo(PIN + "/1");
    put(upsert(PIN + 5, "a", "{\"_id\":\"a\",\"v\":7}"));
    assertThat(jmx.getAttribute(name, "UnpublishedRows")).isEqualTo(1L);
    assertThat(jmx.getAttribute(name, "PositionLagNanos")).isEqualTo(5L);
    assertThat((double) jmx.getAttribute(name, "ReplicationLagSeconds")).isPositive();

    PowerSyncSinkTask another = new PowerSyncSinkTask();
    another.initialize(context);
    Map<String, String> config = config();
    config.put("name", "name:with=\"anything\"");
    another.start(config);
    assertThat(jmx.queryNames(new ObjectName("powersync.sink:*"), null)).hasSize(2);
    another.stop();
    task.stop();
    assertThat(jmx.queryNames(new ObjectName("powersync.sink:*"), null)).isEmpty();
  }

  private void alterOffsets(TopicPartition partition, Long offset) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    offsets.put(partition, offset);
    assertThat(new PowerSyncSinkConnector().alterOffsets(config(), offsets)).isTrue();
  }

  private void restart() {
    context.sought.clear();
    task = newTask();
  }

  @Test
  void saysInTheStorageWhyItStopped() {
    snapshot();
    LogEncoder other = new LogEncoder(new LogOrigin("other-animal-2", "app", "test"));
    LogEvent event = upsert(PIN + 9, "a", "{}");
    SinkRecord foreign = record(LogEncoder.key(event), other.value(event));
    assertThatThrownBy(() -> task.put(List.of(foreign)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("other-animal-2");
    assertThat(fatalError()).contains("other-animal-2");
  }

  @Test
  void withoutADeployedConfigItSaysWhatToDo() throws SQLException {
    executeIn("DELETE FROM powersync.sync_rules");
    task.stop();
    PowerSyncSinkTask fresh = new PowerSyncSinkTask();
    fresh.initialize(context);
    fresh.start(config());
    assertThatThrownBy(() -> fresh.open(Set.of(LOG)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("No sync config is deployed");
    fresh.stop();
  }

  private PowerSyncSinkTask newTask() {
    PowerSyncSinkTask created = new PowerSyncSinkTask();
    created.initialize(context);
    created.start(config());
    created.open(Set.of(LOG));
    return created;
  }

  private Map<String, String> config() {
    return new HashMap<>(
        Map.of(
            "name", "sink",
            "topics", "app.log",
            "connection.url", url,
            "connection.user", "postgres",
            "connection.password", "postgres",
            // Tests look behind each put.
            "checkpoint.min.interval.ms", "0"));
  }

  private void snapshot() {
    put(
        begin(),
        row("a", "{\"_id\":\"a\",\"v\":1}"),
        row("b", "{\"_id\":\"b\",\"v\":2.5}"),
        end(),
        resolved(new Position(PIN, 1), Optional.empty()));
    if (rows().size() == 2) {
      return;
    }
    throw new AssertionError("The snapshot was not published");
  }

  private List<String> rows() {
    Checkpoint checkpoint = storage.reader().checkpoint().orElseThrow();
    return storage.reader().buckets(checkpoint, "", 10).stream()
        .flatMap(bucket -> storage.reader().rows(checkpoint, bucket).stream())
        .map(ClientRow::data)
        .toList();
  }

  private void put(LogEvent... events) {
    List<SinkRecord> records = new ArrayList<>();
    for (LogEvent event : events) {
      records.add(record(event));
    }
    task.put(records);
  }

  /** The same records again after every failure that may pass. */
  private void putLikeConnect(List<SinkRecord> records) {
    for (int attempt = 1; ; attempt++) {
      try {
        task.put(records);
        return;
      } catch (RetriableException e) {
        assertThat(attempt).as("attempts, last failure: %s", e.getMessage()).isLessThan(10);
      }
    }
  }

  private SinkRecord record(LogEvent event) {
    return record(LogEncoder.key(event), encoder.value(event));
  }

  private SinkRecord record(Object key, Object value) {
    Schema schema = null;
    return new SinkRecord("app.log", 0, schema, key, schema, value, nextOffset++);
  }

  private static LogEvent begin() {
    return new Marker.SnapshotBegin(new Position(PIN, 1), new SnapshotId("s1"), List.of(TASKS), 1);
  }

  private static LogEvent end() {
    return new Marker.SnapshotEnd(new Position(PIN, 1), new SnapshotId("s1"), List.of(TASKS), 1);
  }

  private static LogEvent resolved(Position position, Optional<Position> previous) {
    return new Marker.Resolved(position, previous, System.currentTimeMillis());
  }

  private static LogEvent row(String id, String document) {
    return new Change.Upsert(new Position(PIN, 1), TASKS, id, document, PIN - 1_000, true);
  }

  private static LogEvent upsert(long ts, String id, String document) {
    return new Change.Upsert(Position.ofCommit(ts), TASKS, id, document, ts, false);
  }

  private String fatalError() {
    try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres");
        var row =
            connection
                .createStatement()
                .executeQuery("SELECT last_fatal_error FROM powersync.sync_rules")) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void executeIn(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres")) {
      connection.createStatement().execute(sql);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
      connection.createStatement().execute(sql);
    }
  }

  private static final class FakeContext implements SinkTaskContext {
    private final Map<TopicPartition, Long> sought = new HashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();

    @Override
    public Map<String, String> configs() {
      return Map.of();
    }

    @Override
    public void offset(Map<TopicPartition, Long> offsets) {
      sought.putAll(offsets);
    }

    @Override
    public void offset(TopicPartition partition, long offset) {
      sought.put(partition, offset);
    }

    @Override
    public void timeout(long timeoutMs) {
      // The test retries at once.
    }

    @Override
    public Set<TopicPartition> assignment() {
      return Set.of(LOG);
    }

    @Override
    public void pause(TopicPartition... partitions) {
      paused.addAll(List.of(partitions));
    }

    @Override
    public void resume(TopicPartition... partitions) {
      paused.removeAll(List.of(partitions));
    }

    @Override
    public void requestCommit() {
      // Nothing to do.
    }

    @Override
    public PluginMetrics pluginMetrics() {
      return null;
    }

    @Override
    public ErrantRecordReporter errantRecordReporter() {
      return null;
    }
  }
}
