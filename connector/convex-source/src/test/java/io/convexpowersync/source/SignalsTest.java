package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.SourceOffsetCodec;
import io.convexpowersync.events.TableId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signals as documents of a table, carried out by a task. */
final class SignalsTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final TablePath TODOS = TablePath.root("todos");
  private static final TablePath SIGNALS = TablePath.root("signals");

  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
    properties = TaskHarness.logOnly(emulator);
    properties.put("signal.data.collection", "signals");
    insert(USERS, 3);
    insert(TODOS, 2);
    // Old ones, which the first snapshot reads, are done.
    signal("execute-snapshot", "{\"data-collections\":[\".*\"]}");
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @Test
  void aTableIsReadAgain() {
    try (TaskHarness task = streaming()) {
      signal("execute-snapshot", "{\"data-collections\":[\"USERS\"]}");
      untilSnapshots(task, 2);
      assertThat(begun(task).get(1)).isEqualTo(List.of(TableId.root("users")));
      assertThat(rows(task)).isEqualTo(6 + 3);
    }
  }

  @Test
  void allTablesAreReadAgain() {
    try (TaskHarness task = streaming()) {
      signal("execute-snapshot", "{\"data-collections\":[\".*\"],\"type\":\"incremental\"}");
      untilSnapshots(task, 2);
      assertThat(begun(task).get(1)).hasSize(3);
    }
  }

  @Test
  void aTaskThatIsStartedAgainDoesNotReadTheTableAThirdTime() {
    Map<String, ?> offset;
    try (TaskHarness task = streaming()) {
      signal("execute-snapshot", "{\"data-collections\":[\"users\"]}");
      untilSnapshots(task, 2);
      offset = task.lastOffset().orElseThrow();
    }
    try (TaskHarness task = TaskHarness.resume(properties, offset)) {
      insert(USERS, 1);
      task.pollTo(emulator.head());
      assertThat(begun(task)).isEmpty();
    }
  }

  @Test
  void aTaskThatIsKilledAnywhereReadsTheTableNonetheless() {
    List<SourceRecord> records;
    try (TaskHarness task = streaming()) {
      int before = task.records().size();
      signal("execute-snapshot", "{\"data-collections\":[\"users\"]}");
      insert(TODOS, 1);
      untilSnapshots(task, 2);
      records = task.records().subList(before - 1, task.records().size());
    }
    for (SourceRecord last : records) {
      SourceOffset offset = SourceOffsetCodec.decode(TaskHarness.offset(last));
      boolean done =
          offset instanceof SourceOffset.Streaming
              && offset.position().seq() > 0
              && offset.position().ts() == emulator.head();
      try (TaskHarness task = TaskHarness.resume(properties, TaskHarness.offset(last))) {
        if (done) {
          task.pollTo(emulator.head());
        } else {
          untilSnapshots(task, 1);
        }
        assertThat(ends(task.records())).as("from %s", offset).isEqualTo(done ? 0 : 1);
      }
    }
  }

  @Test
  void aSnapshotThatWasAskedForIsStoppedBeforeItBegins() {
    try (TaskHarness task = streaming()) {
      signal("execute-snapshot", "{\"data-collections\":[\"users\"]}");
      signal("stop-snapshot", "{}");
      insert(USERS, 1);
      task.pollTo(emulator.head());
      assertThat(begun(task)).hasSize(1);
    }
  }

  @Test
  void aChangeOfASignalIsNone() {
    try (TaskHarness task = streaming()) {
      String id = signal("execute-snapshot", "{\"data-collections\":[\"users\"]}");
      untilSnapshots(task, 2);
      emulator.commit(tx -> tx.patch(SIGNALS, id, "{\"done\":true}"));
      emulator.commit(tx -> tx.delete(SIGNALS, id));
      task.pollTo(emulator.head());
      assertThat(begun(task)).hasSize(2);
    }
  }

  @Test
  void aSignalThatIsRefusedOrMatchesNothingDoesNotDisturb() {
    try (TaskHarness task = streaming()) {
      signal("execute-snapshot", "{\"data-collections\":[\"nothing\"]}");
      signal("execute-snapshot", "{}");
      signal("dance", "{}");
      signal("log", "{\"message\":\"Hello\"}");
      insert(USERS, 1);
      task.pollTo(emulator.head());
      assertThat(begun(task)).hasSize(1);
    }
  }

  private TaskHarness streaming() {
    return TaskHarness.start(properties).pollTo(emulator.head());
  }

  private static void untilSnapshots(TaskHarness task, int count) {
    task.pollUntil(
        offset -> offset instanceof SourceOffset.Streaming && ends(task.records()) >= count);
  }

  private static int ends(List<SourceRecord> records) {
    return (int)
        records.stream()
            .map(TaskHarness::event)
            .filter(Marker.SnapshotEnd.class::isInstance)
            .count();
  }

  private static List<List<TableId>> begun(TaskHarness task) {
    return task.events().stream()
        .filter(Marker.SnapshotBegin.class::isInstance)
        .map(event -> ((Marker.SnapshotBegin) event).tables())
        .toList();
  }

  private static long rows(TaskHarness task) {
    return task.events().stream().filter(SignalsTest::isRow).count();
  }

  private static boolean isRow(LogEvent event) {
    return event instanceof Change.Upsert upsert && upsert.snapshot();
  }

  private String signal(String type, String data) {
    String[] id = new String[1];
    String text = data.replace("\"", "\\\"");
    emulator.commit(
        tx ->
            id[0] =
                tx.insert(
                    SIGNALS,
                    "{\"id\":\"s1\",\"type\":\"%s\",\"data\":\"%s\"}".formatted(type, text)));
    return id[0];
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
