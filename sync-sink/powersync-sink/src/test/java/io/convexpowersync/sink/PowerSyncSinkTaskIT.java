package io.convexpowersync.sink;

import static io.convexpowersync.sink.SinkTaskHarness.LOG;
import static io.convexpowersync.sink.SinkTaskHarness.PIN;
import static io.convexpowersync.sink.SinkTaskHarness.TASKS;
import static io.convexpowersync.sink.SinkTaskHarness.begin;
import static io.convexpowersync.sink.SinkTaskHarness.end;
import static io.convexpowersync.sink.SinkTaskHarness.resolved;
import static io.convexpowersync.sink.SinkTaskHarness.row;
import static io.convexpowersync.sink.SinkTaskHarness.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEncoder;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogSchemas;
import io.convexpowersync.events.Position;
import io.convexpowersync.storage.ReplicationStream;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The sink task as Kafka Connect drives it, on a real PostgreSQL. */
class PowerSyncSinkTaskIT {
  @RegisterExtension static final Databases DATABASES = new Databases();

  private SinkTaskHarness sink;

  @BeforeEach
  void start() throws SQLException {
    sink = new SinkTaskHarness(DATABASES.create());
  }

  @AfterEach
  void stop() {
    sink.close();
  }

  @Test
  void publishesASnapshotWhenItsMarkerArrivesAndNotBefore() {
    sink.put(begin(), row("a", "{\"_id\":\"a\",\"v\":1}"), row("b", "{\"_id\":\"b\",\"v\":2.5}"));
    assertThat(sink.storage().reader().checkpoint()).isEmpty();
    sink.put(end(), resolved(new Position(PIN, 1), Optional.empty()));
    assertThat(sink.rows())
        .containsExactlyInAnyOrder(
            "{\"_id\":\"a\",\"v\":\"1\",\"id\":\"a\"}", "{\"_id\":\"b\",\"v\":2.5,\"id\":\"b\"}");
    assertThat(sink.storage().streams().active())
        .get()
        .extracting(ReplicationStream::state)
        .isEqualTo(ReplicationStream.State.ACTIVE);
  }

  @Test
  void aCommitIsVisibleWholeOrNotAtAll() {
    sink.snapshot();
    List<String> before = sink.rows();
    sink.put(upsert(PIN + 5, "a", "{\"_id\":\"a\",\"v\":7}"));
    assertThat(sink.rows()).isEqualTo(before);
    sink.put(
        new Change.Delete(Position.ofCommit(PIN + 5), TASKS, "b"),
        upsert(PIN + 5, "c", "{\"_id\":\"c\"}"),
        resolved(Position.ofCommit(PIN + 5), Optional.of(new Position(PIN, 1))));
    assertThat(sink.rows())
        .containsExactlyInAnyOrder(
            "{\"_id\":\"a\",\"v\":\"7\",\"id\":\"a\"}", "{\"_id\":\"c\",\"id\":\"c\"}");
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
        byte[] value =
            converter.fromConnectData("app.log", LogSchemas.VALUE, sink.encoder().value(event));
        records.add(
            sink.record(
                converter.toConnectData("app.log", key).value(),
                converter.toConnectData("app.log", value).value()));
      }
      sink.task().put(records);
    }
    assertThat(sink.rows()).containsExactly("{\"_id\":\"a\",\"id\":\"a\"}");
  }

  @Test
  void refusesARecordOfATableTopicNamingWhereItIs() {
    Map<String, Object> envelope = Map.of("after", "{}", "source", Map.of(), "op", "u");
    SinkRecord wrong = new SinkRecord("app.app.tasks", 0, null, Map.of(), null, envelope, 17);
    assertThatThrownBy(() -> sink.task().put(List.of(wrong)))
        .isInstanceOf(ConnectException.class)
        .isNotInstanceOf(RetriableException.class)
        .hasMessageContaining("app.app.tasks")
        .hasMessageContaining("offset 17")
        .hasMessageContaining("<topic.prefix>.log");
  }

  @Test
  void refusesMoreThanOnePartition() {
    assertThatThrownBy(() -> sink.task().open(Set.of(new TopicPartition("app.log", 1))))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("1 partition");
  }

  @Test
  void isSeenInJmxWhileItRuns() throws JMException {
    MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();
    ObjectName name = new ObjectName("powersync.sink:type=sink-metrics,connector=sink");
    sink.snapshot();
    assertThat(jmx.getAttribute(name, "RowsReplicatedTotal")).isEqualTo(2L);
    assertThat(jmx.getAttribute(name, "CheckpointsTotal")).isEqualTo(1L);
    assertThat(jmx.getAttribute(name, "UnpublishedRows")).isEqualTo(0L);
    assertThat(jmx.getAttribute(name, "Writing")).isEqualTo(true);
    assertThat(jmx.getAttribute(name, "PublishedPosition")).isEqualTo(PIN + "/1");
    sink.put(upsert(PIN + 5, "a", "{\"_id\":\"a\",\"v\":7}"));
    assertThat(jmx.getAttribute(name, "UnpublishedRows")).isEqualTo(1L);
    assertThat(jmx.getAttribute(name, "PositionLagNanos")).isEqualTo(5L);
    assertThat((double) jmx.getAttribute(name, "ReplicationLagSeconds")).isPositive();

    PowerSyncSinkTask another = new PowerSyncSinkTask();
    another.initialize(sink.context());
    Map<String, String> config = sink.config();
    config.put("name", "name:with=\"anything\"");
    another.start(config);
    assertThat(jmx.queryNames(new ObjectName("powersync.sink:*"), null)).hasSize(2);
    another.stop();
    sink.task().stop();
    assertThat(jmx.queryNames(new ObjectName("powersync.sink:*"), null)).isEmpty();
  }

  @Test
  void saysInTheStorageWhyItStopped() throws SQLException {
    sink.snapshot();
    LogEncoder other = new LogEncoder(new LogOrigin("other-animal-2", "app", "test"));
    LogEvent event = upsert(PIN + 9, "a", "{}");
    SinkRecord foreign = sink.record(LogEncoder.key(event), other.value(event));
    assertThatThrownBy(() -> sink.task().put(List.of(foreign)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("other-animal-2");
    try (Connection connection = connect();
        var row =
            connection
                .createStatement()
                .executeQuery("SELECT last_fatal_error FROM powersync.sync_rules")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).contains("other-animal-2");
    }
  }

  @Test
  void withoutADeployedConfigItSaysWhatToDo() throws SQLException {
    try (Connection connection = connect()) {
      connection.createStatement().execute("DELETE FROM powersync.sync_rules");
    }
    sink.task().stop();
    PowerSyncSinkTask fresh = new PowerSyncSinkTask();
    fresh.initialize(sink.context());
    fresh.start(sink.config());
    assertThatThrownBy(() -> fresh.open(Set.of(LOG)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("No sync config is deployed");
    fresh.stop();
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(sink.url(), "postgres", "postgres");
  }
}
