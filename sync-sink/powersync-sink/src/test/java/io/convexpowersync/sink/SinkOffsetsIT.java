package io.convexpowersync.sink;

import static io.convexpowersync.sink.SinkTaskHarness.LOG;
import static io.convexpowersync.sink.SinkTaskHarness.PIN;
import static io.convexpowersync.sink.SinkTaskHarness.TASKS;
import static io.convexpowersync.sink.SinkTaskHarness.resolved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.Position;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where the task goes on: at the place in the database, which REST may move back. */
class SinkOffsetsIT {
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
  void resumesWhereTheDatabaseSaysWhateverConnectHasStored() {
    sink.snapshot();
    assertThat(sink.task().preCommit(Map.of()).get(LOG).offset()).isEqualTo(sink.nextOffset());
    sink.restart();
    assertThat(sink.context().sought).containsEntry(LOG, sink.nextOffset());
  }

  @Test
  void aStoppedConnectorsOffsetsMayGoBackAndWhatIsReadAgainIsDropped() {
    sink.snapshot();
    sink.task().put(sink.changeOfA());
    List<String> before = sink.rows();
    sink.task().stop();

    alterOffsets(LOG, 2L);
    sink.restart();
    assertThat(sink.context().sought).containsEntry(LOG, 2L);
    sink.task().stop();
    alterOffsets(LOG, null);
    sink.restart();
    assertThat(sink.context().sought).containsEntry(LOG, 0L);
    sink.rewind();
    sink.snapshot();
    assertThat(sink.rows()).as("what is published stays").isEqualTo(before);
    sink.put(
        new Change.Delete(Position.ofCommit(PIN + 9), TASKS, "b"),
        resolved(Position.ofCommit(PIN + 9), Optional.of(Position.ofCommit(PIN + 5))));
    assertThat(sink.rows()).hasSize(1);
  }

  @Test
  void offsetsThatWouldLeaveSomethingOutAreRefused() {
    sink.snapshot();
    sink.task().stop();
    assertThatThrownBy(() -> alterOffsets(LOG, sink.nextOffset() + 1))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("up to offset " + sink.nextOffset())
        .hasMessageContaining("deploy the sync config again");
    assertThatThrownBy(() -> alterOffsets(new TopicPartition("other.log", 0), 1L))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("kafka_topic");
    assertThatThrownBy(() -> alterOffsets(new TopicPartition("app.log", 1), 1L))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("kafka_partition");
    alterOffsets(new TopicPartition("other.log", 0), null);
    sink.restart();
    assertThat(sink.context().sought).containsEntry(LOG, sink.nextOffset());
  }

  private void alterOffsets(TopicPartition partition, Long offset) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    offsets.put(partition, offset);
    assertThat(new PowerSyncSinkConnector().alterOffsets(sink.config(), offsets)).isTrue();
  }
}
