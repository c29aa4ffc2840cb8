package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.Fault;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.TableId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tables of a deployment that are dropped, of which its log says nothing. */
@Timeout(60)
final class TableDropTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final TablePath SIGNUPS = new TablePath("waitlist", "signups");
  private static final TableId USERS_ID = TableId.root("users");
  private static final TableId SIGNUPS_ID = new TableId("waitlist", "signups");
  private static final String LISTING = "/api/get_table_column_names";

  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
    emulator.commit(
        tx -> {
          tx.insert(USERS, "{\"n\":1}");
          tx.insert(SIGNUPS, "{\"n\":1}");
        });
    properties = TaskHarness.logOnly(emulator);
    properties.put("table.drop.check.interval.ms", "40");
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @Test
  void aDroppedTableOfAComponentIsEmptiedOnce() {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      emulator.dropTable(SIGNUPS);
      task.pollUntil(offset -> !offset.capture().tables().containsKey(SIGNUPS_ID));
      task.pollTo(emulator.bumpHead());
      assertThat(truncated(task.events())).containsExactly(SIGNUPS_ID);
      assertThat(task.offset().orElseThrow().capture().tables()).containsOnlyKeys(USERS_ID);
    }
  }

  @Test
  void aTableThatWasDroppedWhileTheTaskWasDownIsNoticed() {
    Map<String, ?> offset;
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      offset = task.lastOffset().orElseThrow();
    }
    emulator.dropTable(USERS);
    try (TaskHarness task = TaskHarness.resume(properties, offset)) {
      task.pollUntil(now -> !now.capture().tables().containsKey(USERS_ID));
      assertThat(truncated(task.events())).containsExactly(USERS_ID);
    }
  }

  @Test
  void aTableThatIsDroppedAndCreatedAgainIsEmptiedBeforeItsNewDocuments() {
    properties.put("table.drop.check.interval.ms", "600000");
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      emulator.dropTable(USERS);
      long commit = emulator.commit(tx -> tx.insert(USERS, "{\"n\":2}"));
      task.pollTo(commit);
      List<LogEvent> changes =
          task.events().stream()
              .filter(e -> e instanceof Change c && c.table().equals(USERS_ID))
              .toList();
      assertThat(changes)
          .extracting(e -> e.getClass().getSimpleName())
          .containsExactly("Upsert", "Truncate", "Upsert");
      assertThat(changes).extracting(LogEvent::position).isSorted();
    }
  }

  @Test
  void aTableTopicGetsATruncateInDebeziumsForm() {
    properties.put("table.topics", "true");
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      emulator.dropTable(USERS);
      task.pollUntil(offset -> !offset.capture().tables().containsKey(USERS_ID));
      List<SourceRecord> records =
          task.records().stream().filter(r -> r.topic().equals("crm.app.users")).toList();
      Struct truncate = (Struct) records.get(records.size() - 1).value();
      assertThat(truncate.getString("op")).isEqualTo("t");
      assertThat(truncate.get("before")).isNull();
      assertThat(truncate.get("after")).isNull();
    }
  }

  @Test
  void aListingThatFailsNeitherDropsATableNorStopsTheLog() {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      emulator.faults(
          request ->
              request.path().equals(LISTING)
                  ? Fault.error(503, "TableSummariesUnavailable")
                  : Fault.NONE);
      emulator.dropTable(USERS);
      for (int i = 0; i < 3; i++) {
        task.pollTo(emulator.commit(tx -> tx.insert(SIGNUPS, "{\"n\":2}")));
      }
      assertThat(truncated(task.events())).isEmpty();
      emulator.faults(request -> Fault.NONE);
      task.pollUntil(offset -> !offset.capture().tables().containsKey(USERS_ID));
      assertThat(truncated(task.events())).containsExactly(USERS_ID);
    }
  }

  @Test
  void whoIgnoresDropsIsNotTold() {
    properties.put("table.drop.handling", "ignore");
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      long listings = emulator.counters().requests(LISTING);
      emulator.dropTable(USERS);
      task.pollTo(emulator.commit(tx -> tx.insert(USERS, "{\"n\":2}")));
      assertThat(truncated(task.events())).isEmpty();
      assertThat(emulator.counters().requests(LISTING)).isEqualTo(listings);
    }
  }

  @Test
  void whoFailsReadsTheRemedy() {
    properties.put("table.drop.handling", "fail");
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      emulator.dropTable(USERS);
      assertThatThrownBy(() -> task.pollTo(Long.MAX_VALUE))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("[users]")
          .hasMessageContaining("table.drop.handling=truncate");
    }
  }

  private static List<TableId> truncated(List<LogEvent> events) {
    return events.stream()
        .filter(Change.Truncate.class::isInstance)
        .map(event -> ((Change.Truncate) event).table())
        .toList();
  }
}
