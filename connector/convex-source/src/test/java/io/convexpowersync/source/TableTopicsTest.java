package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.SourceOffset;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A topic per table, in Debezium's envelope. */
final class TableTopicsTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final String HEARTBEATS = "__debezium-heartbeat.crm";

  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
    properties = TaskHarness.tablesOnly(emulator);
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @Test
  void snapshotRowsHaveTheTimeOfTheSnapshotAndAHeaderWithTheirOwn() {
    long commit = emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
    emulator.bumpHead();
    long pin = emulator.head();
    try (TaskHarness task = TaskHarness.start(properties).pollTo(pin)) {
      SourceRecord row = task.records("crm.app.users").get(0);
      assertThat(((Struct) row.value()).getString("op")).isEqualTo("r");
      assertThat(row.timestamp()).isEqualTo(pin / 1_000_000);
      assertThat(header(row)).isEqualTo(Long.toString(commit));
      assertThat(row.kafkaPartition()).isNull();
      assertThat(row.sourcePartition()).isEqualTo(Map.of("deployment", "crm"));
    }
  }

  @Test
  void aDeleteIsFollowedByATombstone() {
    String[] id = new String[1];
    emulator.commit(tx -> id[0] = tx.insert(USERS, "{\"n\":1}"));
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      long deleted = emulator.commit(tx -> tx.delete(USERS, id[0]));
      task.pollTo(deleted);
      List<SourceRecord> records = task.records("crm.app.users");
      SourceRecord delete = records.get(1);
      SourceRecord tombstone = records.get(2);
      assertThat(((Struct) delete.value()).getString("op")).isEqualTo("d");
      assertThat(tombstone.value()).isNull();
      assertThat(tombstone.valueSchema()).isNull();
      assertThat(tombstone.key()).isEqualTo(delete.key());
      assertThat(header(tombstone)).isEqualTo(Long.toString(deleted));
      assertThat(TaskHarness.ts(delete)).as("the boundary before the commit").isLessThan(deleted);
      assertThat(TaskHarness.ts(tombstone)).isGreaterThanOrEqualTo(deleted);
    }
  }

  @Test
  void tombstonesCanBeTurnedOff() {
    properties.put("tombstones.on.delete", "false");
    String[] id = new String[1];
    emulator.commit(tx -> id[0] = tx.insert(USERS, "{\"n\":1}"));
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      long deleted = emulator.commit(tx -> tx.delete(USERS, id[0]));
      task.pollTo(deleted);
      assertThat(task.records("crm.app.users")).hasSize(2);
    }
  }

  @Test
  void noMarkerIsEverInATableTopic() {
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      long last = emulator.commit(tx -> tx.insert(TablePath.root("todos"), "{\"n\":1}"));
      task.pollTo(last);
      assertThat(task.records())
          .extracting(SourceRecord::topic)
          .containsOnly("crm.app.users", "crm.app.todos", HEARTBEATS);
      assertThat(task.records("crm.app.todos")).hasSize(1);
    }
  }

  @Test
  void aHeartbeatCarriesThePositionOfAQuietDeployment() {
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      long bumped = emulator.bumpHead();
      task.pollTo(bumped);
      SourceRecord last = task.records().get(task.records().size() - 1);
      assertThat(last.topic()).isEqualTo(HEARTBEATS);
      assertThat(((Struct) last.key()).getString("serverName")).isEqualTo("crm");
      assertThat(TaskHarness.ts(last)).isGreaterThanOrEqualTo(bumped);
    }
  }

  @Test
  void heartbeatsAreNotMoreFrequentThanConfigured() {
    properties.put("heartbeat.interval.ms", "3600000");
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
    try (TaskHarness task =
        TaskHarness.start(properties).pollUntil(SourceOffset.Streaming.class::isInstance)) {
      for (int i = 0; i < 20; i++) {
        long commit = emulator.commit(tx -> tx.insert(USERS, "{\"n\":2}"));
        task.pollUntil(offset -> offset.position().ts() >= commit);
      }
      assertThat(task.records(HEARTBEATS)).as("the end of the snapshot").hasSize(1);
    }
  }

  @Test
  void bothOutputsTogetherKeepTheirOrderAndShareTheirOffset() {
    properties.put("log.topic", "true");
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      task.batches().clear();
      long commit =
          emulator.commit(
              tx -> {
                tx.insert(USERS, "{\"n\":1}");
                tx.insert(USERS, "{\"n\":2}");
              });
      task.pollUntil(offset -> offset.position().ts() >= commit);
      List<SourceRecord> batch =
          task.batches().stream().filter(records -> records.size() > 2).findFirst().orElseThrow();
      assertThat(batch.subList(0, 4))
          .extracting(SourceRecord::topic)
          .containsExactly("crm.app.users", "crm.log", "crm.app.users", "crm.log");
      assertThat(batch.subList(0, 3)).allMatch(record -> TaskHarness.ts(record) < commit);
      assertThat(TaskHarness.ts(batch.get(3))).isGreaterThanOrEqualTo(commit);
      assertThat(batch.get(3).kafkaPartition()).isZero();
    }
  }

  @Test
  void theFirstRecordAfterARestartStillHasTheStoredOffset() {
    properties.put("log.topic", "true");
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
    Map<String, ?> offset;
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      offset = task.lastOffset().orElseThrow();
    }
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":2}"));
    try (TaskHarness task = TaskHarness.resume(properties, offset).pollTo(emulator.head())) {
      assertThat(task.records().get(0).sourceOffset()).isEqualTo(offset);
      assertThat(task.records("crm.app.users").get(0).sourceOffset()).isEqualTo(offset);
    }
  }

  @Test
  void twoTablesNeverShareATopic() {
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
    emulator.commit(tx -> tx.insert(new TablePath("app", "users"), "{\"n\":1}"));
    try (TaskHarness task = TaskHarness.start(properties)) {
      assertThatThrownBy(() -> task.pollTo(emulator.head()))
          .isInstanceOf(ConnectException.class)
          .hasMessageContainingAll("users (of the root app)", "app/users", "crm.app.users");
    }
  }

  private static Object header(SourceRecord record) {
    return record.headers().lastWithName("__convex.ts").value();
  }
}
