package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.Fault;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.SourceOffset;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a task shows over JMX. */
final class MetricsTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final TablePath TODOS = TablePath.root("todos");
  private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
    properties = TaskHarness.logOnly(emulator);
    insert(USERS, 3);
    insert(TODOS, 1);
  }

  @AfterEach
  void stopEmulator() throws JMException {
    emulator.close();
    assertThat(names()).isEmpty();
  }

  @Test
  void haveDebeziumsNamesAndAttributes() throws JMException {
    try (TaskHarness task = TaskHarness.start(properties)) {
      task.poll();
      assertThat(names())
          .containsExactlyInAnyOrder(
              "debezium.convex:type=connector-metrics,context=snapshot,server=crm",
              "debezium.convex:type=connector-metrics,context=streaming,server=crm");
      assertThat(attributes("streaming"))
          .containsAll(EVENT_ATTRIBUTES)
          .contains(
              "Connected",
              "MilliSecondsBehindSource",
              "NumberOfCommittedTransactions",
              "LastTransactionId",
              "SourceEventPosition");
      assertThat(attributes("snapshot"))
          .containsAll(EVENT_ATTRIBUTES)
          .contains(
              "TotalTableCount",
              "RemainingTableCount",
              "SnapshotRunning",
              "SnapshotPaused",
              "SnapshotCompleted",
              "SnapshotAborted",
              "SnapshotSkipped",
              "SnapshotDurationInSeconds",
              "RowsScanned");
    }
  }

  private static final List<String> EVENT_ATTRIBUTES =
      List.of(
          "LastEvent",
          "MilliSecondsSinceLastEvent",
          "TotalNumberOfEventsSeen",
          "TotalNumberOfCreateEventsSeen",
          "TotalNumberOfUpdateEventsSeen",
          "TotalNumberOfDeleteEventsSeen",
          "CapturedTables");

  @Test
  void tellAboutASnapshot() throws JMException {
    try (TaskHarness task = TaskHarness.start(properties)) {
      task.pollUntil(offset -> offset instanceof SourceOffset.Snapshotting);
      assertThat(get("snapshot", "SnapshotRunning")).isEqualTo(true);
      assertThat(get("snapshot", "TotalTableCount")).isEqualTo(2);
      assertThat(get("snapshot", "SnapshotCompleted")).isEqualTo(false);
      task.pollTo(emulator.head());
      assertThat(get("snapshot", "SnapshotRunning")).isEqualTo(false);
      assertThat(get("snapshot", "SnapshotCompleted")).isEqualTo(true);
      assertThat(get("snapshot", "RemainingTableCount")).isEqualTo(0);
      assertThat(get("snapshot", "TotalNumberOfEventsSeen")).isEqualTo(4L);
      assertThat(get("snapshot", "CapturedTables")).isEqualTo(new String[] {"todos", "users"});
      TabularData rows = (TabularData) get("snapshot", "RowsScanned");
      assertThat(rows.get(new Object[] {"users"}).get("value")).isEqualTo(3L);
      assertThat(rows.get(new Object[] {"todos"}).get("value")).isEqualTo(1L);
    }
  }

  @Test
  void tellAboutTheLog() throws JMException {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      assertThat(get("streaming", "MilliSecondsSinceLastEvent")).isEqualTo(-1L);
      String[] id = new String[1];
      emulator.commit(
          tx -> {
            id[0] = tx.insert(USERS, "{\"n\":1}");
            tx.insert(TODOS, "{\"n\":2}");
          });
      long commit = emulator.commit(tx -> tx.delete(USERS, id[0]));
      task.pollTo(emulator.head());
      assertThat(get("streaming", "TotalNumberOfEventsSeen")).isEqualTo(3L);
      assertThat(get("streaming", "TotalNumberOfUpdateEventsSeen")).isEqualTo(2L);
      assertThat(get("streaming", "TotalNumberOfDeleteEventsSeen")).isEqualTo(1L);
      assertThat(get("streaming", "NumberOfCommittedTransactions")).isEqualTo(2L);
      assertThat(get("streaming", "LastTransactionId")).isEqualTo(Long.toString(commit));
      assertThat(get("streaming", "LastEvent"))
          .isEqualTo("delete users %s at %d".formatted(id[0], commit));
      assertThat((long) get("streaming", "MilliSecondsBehindSource")).isBetween(0L, 20_000L);
      assertThat((long) get("streaming", "MilliSecondsSinceLastEvent")).isBetween(0L, 20_000L);
      assertThat((long) get("streaming", "PositionAgeInMilliseconds")).isBetween(0L, 20_000L);
      TabularData position = (TabularData) get("streaming", "SourceEventPosition");
      assertThat(position.get(new Object[] {"ts"}).get("value"))
          .isEqualTo(Long.toString(emulator.head()));
    }
  }

  @Test
  void tellWhenTheDeploymentDoesNotAnswer() throws JMException {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      assertThat(get("streaming", "Connected")).isEqualTo(true);
      assertThat(get("streaming", "FailedAttempts")).isEqualTo(0);
      emulator.faults(request -> Fault.error(503, "OptimisticConcurrencyControlFailure"));
      task.poll();
      assertThat(get("streaming", "Connected")).isEqualTo(false);
      assertThat((int) get("streaming", "FailedAttempts")).isPositive();
      assertThat((long) get("streaming", "MilliSecondsSinceLastSuccessfulRequest")).isPositive();
      emulator.faults(request -> Fault.NONE);
      insert(USERS, 1);
      task.pollTo(emulator.head());
      assertThat(get("streaming", "Connected")).isEqualTo(true);
      assertThat(get("streaming", "FailedAttempts")).isEqualTo(0);
      assertThat((long) get("streaming", "TotalNumberOfFailedRequests")).isPositive();
    }
  }

  @Test
  void areShownBeforeTheDeploymentAnsweredAtAll() throws JMException {
    emulator.faults(request -> Fault.error(503, "OptimisticConcurrencyControlFailure"));
    try (TaskHarness task = TaskHarness.start(properties)) {
      task.poll();
      assertThat(get("streaming", "Connected")).isEqualTo(false);
      assertThat(get("streaming", "MilliSecondsSinceLastSuccessfulRequest")).isEqualTo(-1L);
      assertThat(get("streaming", "PositionAgeInMilliseconds")).isEqualTo(-1L);
    }
  }

  @Test
  void startAnewWithAResetAndWithARestart() throws JMException {
    Map<String, ?> offset;
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      SERVER.invoke(name("snapshot"), "reset", null, null);
      assertThat(get("snapshot", "TotalNumberOfEventsSeen")).isEqualTo(0L);
      offset = task.lastOffset().orElseThrow();
    }
    try (TaskHarness task = TaskHarness.resume(properties, offset)) {
      insert(USERS, 1);
      task.pollTo(emulator.head());
      assertThat(get("snapshot", "SnapshotSkipped")).isEqualTo(true);
      assertThat(get("streaming", "TotalNumberOfEventsSeen")).isEqualTo(1L);
    }
  }

  @Test
  void ofASecondTaskWithTheSamePrefixAreNotShownButItWorks() throws JMException {
    try (TaskHarness first = TaskHarness.start(properties).pollTo(emulator.head())) {
      try (TaskHarness second = TaskHarness.start(properties).pollTo(emulator.head())) {
        assertThat(second.records()).isNotEmpty();
      }
      insert(USERS, 1);
      first.pollTo(emulator.head());
      assertThat(get("streaming", "TotalNumberOfEventsSeen")).isEqualTo(1L);
    }
  }

  private void insert(TablePath table, int documents) {
    for (int i = 0; i < documents; i++) {
      emulator.commit(tx -> tx.insert(table, "{\"name\":\"Ada\"}"));
    }
  }

  private static Set<String> names() throws JMException {
    return SERVER.queryNames(new ObjectName("debezium.convex:*"), null).stream()
        .map(ObjectName::toString)
        .collect(Collectors.toSet());
  }

  private static ObjectName name(String context) throws JMException {
    return new ObjectName(
        "debezium.convex:type=connector-metrics,context=%s,server=crm".formatted(context));
  }

  private static List<String> attributes(String context) throws JMException {
    return Arrays.stream(SERVER.getMBeanInfo(name(context)).getAttributes())
        .map(MBeanAttributeInfo::getName)
        .toList();
  }

  private static Object get(String context, String attribute) throws JMException {
    return SERVER.getAttribute(name(context), attribute);
  }
}
