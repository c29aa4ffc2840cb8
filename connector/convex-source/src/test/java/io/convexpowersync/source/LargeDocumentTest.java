package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Documents that do not fit into a record: the task fails and names them, or leaves them out. */
final class LargeDocumentTest {
  private static final TablePath USERS = TablePath.root("users");

  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
    properties = TaskHarness.logOnly(emulator);
    properties.put("table.topics", "true");
    properties.put("heartbeat.interval.ms", "1");
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @Test
  void theTaskFailsAndNamesTheDocument() {
    properties.put("table.topics", "false");
    properties.put("record.max.bytes", "1000");
    assertFails("1000");
  }

  @Test
  void theLimitIsTakenFromTheProducersSettings() {
    properties.put("producer.override.max.request.size", "2000");
    assertFails("2000");
  }

  private void assertFails(String limit) {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      String[] id = new String[1];
      emulator.commit(tx -> id[0] = tx.insert(USERS, document(3_000)));
      assertThatThrownBy(() -> task.pollTo(emulator.head()))
          .isInstanceOf(ConnectException.class)
          .hasMessageContainingAll(id[0], "users", limit, "record.too.large.handling=skip")
          .hasMessageNotContaining("xxxx");
    }
  }

  @Test
  void bytesAreCountedAndNotCharacters() {
    properties.put("record.max.bytes", "1000");
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      emulator.commit(tx -> tx.insert(USERS, document(800)));
      task.pollTo(emulator.head());
      emulator.commit(tx -> tx.insert(USERS, document(800).replace("xxxx", "\u20acxxx")));
      assertThatThrownBy(() -> task.pollTo(emulator.head())).hasMessageContaining("1000");
    }
  }

  @Test
  void withoutAKnownLimitTheProducerDecides() {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      task.pollTo(emulator.commit(tx -> tx.insert(USERS, document(1_048_000))));
      assertThat(task.records("crm.app.users")).hasSize(1);
    }
  }

  @Test
  void itIsLeftOutOfTableTopicsIfWanted() {
    properties.put("log.topic", "false");
    properties.put("record.max.bytes", "1000");
    properties.put("record.too.large.handling", "skip");
    properties.put("provide.transaction.metadata", "true");
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      long commit =
          emulator.commit(
              tx -> {
                tx.insert(USERS, document(3_000));
                tx.insert(USERS, "{\"n\":1}");
              });
      task.pollTo(commit);
      assertThat(task.records("crm.app.users")).hasSize(1);
      Struct end =
          task.records().stream()
              .filter(record -> record.topic().equals("crm.transaction"))
              .map(record -> (Struct) record.value())
              .filter(value -> value.getString("status").equals("END"))
              .findFirst()
              .orElseThrow();
      assertThat(end.getInt64("event_count")).isEqualTo(1);
      assertThat(metric("NumberOfRecordsTooLarge")).isEqualTo(1L);
    }
  }

  private static Object metric(String name) {
    try {
      return ManagementFactory.getPlatformMBeanServer()
          .getAttribute(
              new ObjectName("debezium.convex:type=connector-metrics,context=streaming,server=crm"),
              name);
    } catch (JMException e) {
      throw new AssertionError(e);
    }
  }

  private static String document(int length) {
    return "{\"text\":\"" + "x".repeat(length) + "\"}";
  }
}
