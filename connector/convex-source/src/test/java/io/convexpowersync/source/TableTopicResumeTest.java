package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.emulator.TablePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Without a log topic too, every batch ends in an offset from which exactly the rest of the records
 * follows. So with exactly-once, where a batch and its offset are one transaction, nothing is ever
 * repeated or lost, and no commit is torn from its transaction records.
 */
final class TableTopicResumeTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final TablePath TODOS = TablePath.root("todos");
  private static final Map<String, String> STREAM = Map.of("deployment", "crm");

  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator =
        ConvexEmulator.start(
            EmulatorOptions.defaults().withLimits(EmulatorOptions.Limits.DEFAULTS.withPages(4, 3)));
    properties = TaskHarness.tablesOnly(emulator);
    properties.put("heartbeat.interval.ms", "50");
    properties.put("max.batch.bytes", "900");
    properties.put("provide.transaction.metadata", "true");
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "struct"})
  void everyBatchCanBeTheLastOfATask(String format) {
    properties.put("document.format", format);
    TaskHarness whole = run();
    Map<Map<String, ?>, Map<String, Object>> stored = new HashMap<>();
    List<String> rest = new ArrayList<>(data(whole.batches()));
    for (List<SourceRecord> batch : whole.batches()) {
      batch.forEach(record -> store(stored, record));
      rest.subList(0, data(List.of(batch)).size()).clear();
      if (stored.containsKey(STREAM)) {
        assertThat(rest(stored)).isEqualTo(rest);
      }
    }
    assertThat(whole.batches()).hasSizeGreaterThan(8);
  }

  /** A snapshot, and commits over several tables of which some are new. */
  private TaskHarness run() {
    for (int i = 0; i < 10; i++) {
      String document = "{\"n\":" + i + ",\"text\":\"" + "x".repeat(200) + "\"}";
      emulator.commit(tx -> tx.insert(USERS, document));
    }
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      for (int i = 0; i < 4; i++) {
        int n = i;
        emulator.commit(
            tx -> {
              tx.insert(TablePath.root("new" + n), "{\"f" + n + "\":1}");
              tx.patch(USERS, tx.ids(USERS).get(n), "{\"n\":\"" + n + "\"}");
              tx.delete(USERS, tx.ids(USERS).get(n + 2));
              tx.insert(TODOS, "{\"text\":\"" + "y".repeat(300) + "\",\"g" + n + "\":[" + n + "]}");
              tx.insert(TODOS, "{}");
            });
        emulator.commitSystemRows(4);
      }
      return task.pollTo(emulator.head());
    }
  }

  /** What a task writes that starts from these offsets. */
  private List<String> rest(Map<Map<String, ?>, Map<String, Object>> stored) {
    try (TaskHarness task = TaskHarness.resumeStored(properties, stored)) {
      task.pollTo(emulator.head());
      return data(task.batches());
    }
  }

  private static void store(Map<Map<String, ?>, Map<String, Object>> stored, SourceRecord record) {
    if (record.sourceOffset() != null) {
      stored.put(record.sourcePartition(), TaskHarness.offset(record));
    }
  }

  private static List<String> data(List<List<SourceRecord>> batches) {
    return batches.stream()
        .flatMap(List::stream)
        .filter(record -> !record.topic().startsWith("__debezium"))
        .map(TableTopicResumeTest::text)
        .toList();
  }

  /** Without what may differ: when it was processed, and the mark of a snapshot's first row. */
  private static String text(SourceRecord record) {
    String text = record.topic() + " " + record.key();
    if (record.value() instanceof Struct value && value.schema().name().endsWith("Envelope")) {
      return text
          + value.get("op")
          + value.get("before")
          + value.get("after")
          + value.getStruct("source").get("sequence")
          + value.get("transaction");
    }
    return text + record.value();
  }
}
