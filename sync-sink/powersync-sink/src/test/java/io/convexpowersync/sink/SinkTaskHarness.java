package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEncoder;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.Checkpoint;
import io.convexpowersync.storage.ClientRow;
import io.convexpowersync.storage.StorageConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A sink task as Kafka Connect drives it, on a database with one deployed config, which gives every
 * row of the table {@code tasks} to everybody; and the log that it reads.
 */
final class SinkTaskHarness implements AutoCloseable {
  static final TopicPartition LOG = new TopicPartition("app.log", 0);
  static final TableId TASKS = TableId.root("tasks");
  static final long PIN = 1_785_412_800_000_000_000L;
  static final String PLAN =
      """
      {"plan":{"version":1,"dataSources":[
      {"hash":1,"table":{"connection":null,"schema":null,"table":"tasks"},
       "outputTableName":"tasks","tableValuedFunctions":[],"filters":[],"partitionBy":[],
       "columns":["star",{"expr":{"type":"data","source":{"column":"_id"}},"alias":"id"}]}],
      "buckets":[{"hash":3,"uniqueName":"tasks|0","sources":[0]}],"parameterIndexes":[],
      "streams":[]},"compatibility":{"edition":3,"overrides":{}},"eventDescriptors":{}}
      """;

  private final LogEncoder encoder = new LogEncoder(new LogOrigin("tidy-otter-7", "app", "test"));
  private final FakeSinkContext context = new FakeSinkContext();
  private final String url;
  private final BucketStorage storage;
  private PowerSyncSinkTask task;
  private long nextOffset;

  /**
   * Makes PowerSync's tables, deploys the config, and starts the task.
   *
   * @param url of an empty database
   */
  SinkTaskHarness(String url) {
    this.url = url;
    storage = BucketStorage.open(StorageConfig.of(url, "postgres", "postgres"));
    storage.createSchema();
    storage.streams().deploy("config: {edition: 3}", PLAN);
    task = started(config());
  }

  @Override
  public void close() {
    task.stop();
    storage.close();
  }

  String url() {
    return url;
  }

  BucketStorage storage() {
    return storage;
  }

  FakeSinkContext context() {
    return context;
  }

  PowerSyncSinkTask task() {
    return task;
  }

  LogEncoder encoder() {
    return encoder;
  }

  /** The offset of the next record that is made. */
  long nextOffset() {
    return nextOffset;
  }

  /** The log is written again from its beginning. */
  void rewind() {
    nextOffset = 0;
  }

  Map<String, String> config() {
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

  /** Stops the task and starts another one, which forgets what was sought. */
  void restart() {
    restart(config());
  }

  void restart(Map<String, String> config) {
    task.stop();
    context.sought.clear();
    task = started(config);
  }

  private PowerSyncSinkTask started(Map<String, String> config) {
    PowerSyncSinkTask created = new PowerSyncSinkTask();
    created.initialize(context);
    created.start(config);
    created.open(Set.of(LOG));
    return created;
  }

  /** A snapshot of two rows, published. */
  void snapshot() {
    put(
        begin(),
        row("a", "{\"_id\":\"a\",\"v\":1}"),
        row("b", "{\"_id\":\"b\",\"v\":2.5}"),
        end(),
        resolved(new Position(PIN, 1), Optional.empty()));
    assertThat(rows()).as("the published snapshot").hasSize(2);
  }

  void put(LogEvent... events) {
    task.put(records(events));
  }

  /** The same records again after every failure that may pass. */
  void putLikeConnect(List<SinkRecord> records) {
    for (int attempt = 1; ; attempt++) {
      try {
        task.put(records);
        return;
      } catch (RetriableException e) {
        assertThat(attempt).as("attempts, last failure: %s", e.getMessage()).isLessThan(10);
      }
    }
  }

  List<SinkRecord> records(LogEvent... events) {
    List<SinkRecord> records = new ArrayList<>();
    for (LogEvent event : events) {
      records.add(record(LogEncoder.key(event), encoder.value(event)));
    }
    return records;
  }

  SinkRecord record(Object key, Object value) {
    Schema schema = null;
    return new SinkRecord("app.log", 0, schema, key, schema, value, nextOffset++);
  }

  /** What clients see. */
  List<String> rows() {
    Checkpoint checkpoint = storage.reader().checkpoint().orElseThrow();
    return storage.reader().buckets(checkpoint, "", 10).stream()
        .flatMap(bucket -> storage.reader().rows(checkpoint, bucket).stream())
        .map(ClientRow::data)
        .toList();
  }

  /** A change of row a, and the marker behind it. */
  List<SinkRecord> changeOfA() {
    return records(
        upsert(PIN + 5, "a", "{\"_id\":\"a\",\"v\":7}"),
        resolved(Position.ofCommit(PIN + 5), Optional.of(new Position(PIN, 1))));
  }

  static LogEvent begin() {
    return new Marker.SnapshotBegin(new Position(PIN, 1), new SnapshotId("s1"), List.of(TASKS), 1);
  }

  static LogEvent end() {
    return new Marker.SnapshotEnd(new Position(PIN, 1), new SnapshotId("s1"), List.of(TASKS), 1);
  }

  static LogEvent resolved(Position position, Optional<Position> previous) {
    return new Marker.Resolved(position, previous, System.currentTimeMillis());
  }

  static LogEvent row(String id, String document) {
    return new Change.Upsert(new Position(PIN, 1), TASKS, id, document, PIN - 1_000, true);
  }

  static LogEvent upsert(long ts, String id, String document) {
    return new Change.Upsert(Position.ofCommit(ts), TASKS, id, document, ts, false);
  }
}
