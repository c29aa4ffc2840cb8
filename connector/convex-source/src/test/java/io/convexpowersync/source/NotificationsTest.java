package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.SourceOffset;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Notifications in a topic. */
final class NotificationsTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final TablePath TODOS = TablePath.root("todos");
  private static final String TOPIC = "convex-notifications";

  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
    properties = TaskHarness.logOnly(emulator);
    properties.put("notification.enabled.channels", "sink,log");
    properties.put("notification.sink.topic.name", TOPIC);
    insert(USERS, 3);
    insert(TODOS, 2);
    emulator.createTable(TablePath.root("empty"));
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @Test
  void tellAboutASnapshotInDebeziumsWords() {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      assertThat(notifications(task).stream().map(NotificationsTest::summary))
          .containsExactly(
              "Initial Snapshot STARTED {connector_name=crm, data_collections=empty,todos,users}",
              "Initial Snapshot IN_PROGRESS {connector_name=crm,"
                  + " current_collection_in_progress=todos, data_collections=empty,todos,users}",
              "Initial Snapshot TABLE_SCAN_COMPLETED {connector_name=crm,"
                  + " data_collections=empty,todos,users, scanned_collection=todos,"
                  + " status=SUCCEEDED, total_rows_scanned=2}",
              "Initial Snapshot IN_PROGRESS {connector_name=crm,"
                  + " current_collection_in_progress=users, data_collections=empty,todos,users}",
              "Initial Snapshot TABLE_SCAN_COMPLETED {connector_name=crm,"
                  + " data_collections=empty,todos,users, scanned_collection=users,"
                  + " status=SUCCEEDED, total_rows_scanned=3}",
              "Initial Snapshot TABLE_SCAN_COMPLETED {connector_name=crm,"
                  + " data_collections=empty,todos,users, scanned_collection=empty,"
                  + " status=SUCCEEDED, total_rows_scanned=0}",
              "Initial Snapshot COMPLETED {connector_name=crm}");
    }
  }

  @Test
  void haveDebeziumsSchemas() {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      SourceRecord first = notifications(task).get(0);
      assertThat(first.keySchema().name())
          .isEqualTo("io.debezium.connector.common.NotificationKey");
      assertThat(first.valueSchema().name()).isEqualTo("io.debezium.connector.common.Notification");
      assertThat(first.valueSchema().version()).isEqualTo(1);
      assertThat(first.valueSchema().fields())
          .extracting(field -> field.name() + " " + field.schema().type())
          .containsExactly(
              "id STRING",
              "type STRING",
              "aggregate_type STRING",
              "additional_data MAP",
              "timestamp INT64");
      assertThat(first.valueSchema().field("timestamp").schema()).isEqualTo(Schema.INT64_SCHEMA);
      Struct value = (Struct) first.value();
      assertThat(((Struct) first.key()).getString("id")).isEqualTo(value.getString("id"));
      assertThat(value.getInt64("timestamp")).isEqualTo(first.timestamp());
    }
  }

  @Test
  void neverCarryAnOffsetBeyondWhatWasWrittenBeforeThem() {
    properties.put("log.topic", "false");
    properties.put("table.topics", "true");
    try (TaskHarness task =
        TaskHarness.start(properties).pollUntil(SourceOffset.Streaming.class::isInstance)) {
      for (SourceRecord record : notifications(task)) {
        Set<Object> seen = new HashSet<>();
        for (SourceRecord before : task.records()) {
          if (before == record) {
            break;
          }
          seen.add(before.key());
        }
        int written = rowsBehind(task, record.sourceOffset());
        assertThat(seen.size()).isGreaterThanOrEqualTo(written);
      }
    }
  }

  @Test
  void endATransactionAndNeverStandInsideACommit() {
    try (TaskHarness task = TaskHarness.startWithConnectorBoundaries(properties)) {
      task.pollTo(emulator.head());
      insert(USERS, 5);
      task.pollTo(emulator.head());
      for (List<SourceRecord> batch : task.batches()) {
        SourceRecord last = batch.get(batch.size() - 1);
        assertThat(task.context().transactionEnds()).contains(last);
      }
      List<SourceRecord> records = task.records();
      for (int i = 1; i < records.size() - 1; i++) {
        if (records.get(i).topic().equals(TOPIC)) {
          assertThat(commit(records.get(i - 1)))
              .as("a commit on both sides")
              .isNotEqualTo(commit(records.get(i + 1)));
        }
      }
    }
  }

  @Test
  void saySkippedWhenThePositionIsKnown() {
    Map<String, ?> offset;
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      offset = task.lastOffset().orElseThrow();
    }
    try (TaskHarness task = TaskHarness.resume(properties, offset)) {
      insert(USERS, 1);
      task.pollTo(emulator.head());
      assertThat(notifications(task).stream().map(NotificationsTest::summary))
          .containsExactly("Initial Snapshot SKIPPED {connector_name=crm}");
    }
  }

  @Test
  void tellAboutSignals() {
    properties.put("signal.data.collection", "signals");
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      emulator.commit(
          tx -> tx.insert(TablePath.root("signals"), "{\"id\":\"s1\",\"type\":\"dance\"}"));
      task.pollTo(emulator.head());
      task.poll();
      List<SourceRecord> all = notifications(task);
      assertThat(summary(all.get(all.size() - 1)))
          .startsWith("Signal REFUSED {connector_name=crm, details=This connector does not know")
          .endsWith("signal_id=s1, signal_type=dance}");
    }
  }

  @Test
  void areOffByDefault() {
    properties.remove("notification.enabled.channels");
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      assertThat(notifications(task)).isEmpty();
    }
  }

  private static int rowsBehind(TaskHarness task, Map<String, ?> offset) {
    Object rows = offset == null ? null : offset.get("rows");
    return rows == null ? 0 : Integer.parseInt(rows.toString());
  }

  private static Object commit(SourceRecord record) {
    return record.topic().equals(TOPIC) || TaskHarness.event(record).position().seq() != 0
        ? new Object()
        : TaskHarness.event(record).position();
  }

  private static List<SourceRecord> notifications(TaskHarness task) {
    return task.records().stream().filter(record -> record.topic().equals(TOPIC)).toList();
  }

  private static String summary(SourceRecord record) {
    Struct value = (Struct) record.value();
    return "%s %s %s"
        .formatted(
            value.getString("aggregate_type"),
            value.getString("type"),
            new TreeMap<>(value.<String, String>getMap("additional_data")));
  }

  private void insert(TablePath table, int documents) {
    emulator.commit(
        tx -> {
          for (int i = 0; i < documents; i++) {
            tx.insert(table, "{\"name\":\"Ada\"}");
          }
        });
  }
}
