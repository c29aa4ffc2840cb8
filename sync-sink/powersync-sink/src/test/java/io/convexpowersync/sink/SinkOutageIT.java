package io.convexpowersync.sink;

import static io.convexpowersync.sink.SinkTaskHarness.LOG;
import static io.convexpowersync.sink.SinkTaskHarness.PIN;
import static io.convexpowersync.sink.SinkTaskHarness.PLAN;
import static io.convexpowersync.sink.SinkTaskHarness.resolved;
import static io.convexpowersync.sink.SinkTaskHarness.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.events.Position;
import io.convexpowersync.storage.StreamId;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A database that is lost for a while, and one that another sink writes. */
class SinkOutageIT {
  @RegisterExtension static final Databases DATABASES = new Databases();

  private static final String CUT_CONNECTIONS =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'sink%'";

  private SinkTaskHarness sink;

  @BeforeEach
  void start() throws SQLException {
    sink = new SinkTaskHarness(DATABASES.create());
    sink.snapshot();
  }

  @AfterEach
  void stop() {
    sink.close();
  }

  @Test
  void goesOnAfterALostConnectionWithTheSameRecords() throws SQLException {
    List<SinkRecord> change = sink.changeOfA();
    DATABASES.execute(CUT_CONNECTIONS);
    assertThatThrownBy(() -> sink.task().put(change)).isInstanceOf(RetriableException.class);
    sink.putLikeConnect(change);
    assertTheChangeIsSeen();
  }

  @Test
  void goesOnWithTheSameStreamWhenANewConfigWaitsAfterALostConnection() throws SQLException {
    sink.storage().streams().deploy("config: {edition: 3} # another", PLAN);
    List<SinkRecord> change = sink.records(upsert(PIN + 5, "a", "{\"_id\":\"a\",\"v\":7}"));
    DATABASES.execute(CUT_CONNECTIONS);
    assertThatThrownBy(() -> sink.task().put(change)).isInstanceOf(RetriableException.class);
    sink.putLikeConnect(change);
    sink.put(resolved(Position.ofCommit(PIN + 5), Optional.of(new Position(PIN, 1))));
    assertTheChangeIsSeen();
    StreamId waiting = sink.storage().streams().processing().orElseThrow().id();
    assertThat(sink.storage().streams().place(waiting)).isEmpty();
  }

  @Test
  void aTaskStartsWhileTheDatabaseIsDownAndReadsFromItsPlaceWhenItIsBack() throws IOException {
    List<SinkRecord> change = sink.changeOfA();
    List<SinkRecord> marker = change.subList(1, 2);
    try (Gate gate = new Gate(DATABASES.port())) {
      gate.shut();
      sink.restart(through(gate));
      sink.task().put(List.of());
      assertThatThrownBy(() -> sink.task().put(marker)).isInstanceOf(RetriableException.class);
      assertThat(sink.task().preCommit(Map.of())).isEmpty();
      assertThat(sink.context().sought).isEmpty();
      gate.open();
      sink.task().put(marker);
      assertThat(sink.context().sought).containsEntry(LOG, change.get(0).kafkaOffset());
      sink.task().put(change);
      assertTheChangeIsSeen();
      sink.task().stop();
    }
  }

  @Test
  void anOutageOfTheDatabaseLosesNothingAndNeverStopsTheTask() throws IOException {
    try (Gate gate = new Gate(DATABASES.port())) {
      sink.restart(through(gate));
      List<SinkRecord> change = sink.changeOfA();
      gate.shut();
      assertThatThrownBy(() -> sink.task().put(change)).isInstanceOf(RetriableException.class);
      assertThat(sink.task().preCommit(Map.of()).get(LOG).offset())
          .isEqualTo(change.get(0).kafkaOffset());
      gate.open();
      sink.putLikeConnect(change);
      assertTheChangeIsSeen();
      sink.task().stop();
    }
  }

  private Map<String, String> through(Gate gate) {
    Map<String, String> config = sink.config();
    config.put("connection.url", sink.url().replace(":" + DATABASES.port(), ":" + gate.port()));
    return config;
  }

  @Test
  void aSecondSinkWaitsAndTakesOverWhenTheFirstEnds() {
    FakeSinkContext other = new FakeSinkContext();
    PowerSyncSinkTask second = new PowerSyncSinkTask();
    second.initialize(other);
    Map<String, String> config = sink.config();
    config.put("name", "another");
    second.start(config);
    second.open(Set.of(LOG));
    List<SinkRecord> change = sink.changeOfA();
    second.put(change);
    assertThat(other.paused).containsExactly(LOG);
    assertThat(second.preCommit(Map.of())).isEmpty();
    assertThat(sink.rows()).hasSize(2).noneMatch(row -> row.contains("7"));

    sink.task().stop();
    second.put(List.of());
    assertThat(other.paused).isEmpty();
    assertThat(other.sought).containsEntry(LOG, change.get(0).kafkaOffset());
    second.put(change);
    assertTheChangeIsSeen();
    second.stop();
  }

  private void assertTheChangeIsSeen() {
    assertThat(sink.rows())
        .containsExactlyInAnyOrder(
            "{\"_id\":\"a\",\"v\":\"7\",\"id\":\"a\"}", "{\"_id\":\"b\",\"v\":2.5,\"id\":\"b\"}");
  }
}
