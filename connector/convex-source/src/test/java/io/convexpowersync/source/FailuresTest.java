package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorRequest;
import io.convexpowersync.emulator.Fault;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.SourceOffset;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a task does when a deployment does not answer as it should. */
final class FailuresTest {
  private static final TablePath USERS = TablePath.root("users");

  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
    properties = TaskHarness.logOnly(emulator);
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  static Stream<Fault> passing() {
    return Stream.of(
        Fault.error(503, "OptimisticConcurrencyControlFailure"),
        Fault.error(500, "InternalServerError"),
        Fault.error(429, "TooManyConcurrentRequests"),
        Fault.status(408, ""),
        Fault.status(522, "<html>"),
        Fault.cutBody(40),
        Fault.cutBody(900));
  }

  @ParameterizedTest
  @MethodSource("passing")
  void repeatsASnapshotPageThatFailsForTheMoment(Fault fault) {
    insert(20);
    faults("/api/list_snapshot", fault, fault);
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      assertThat(documents(task.events())).doesNotHaveDuplicates().hasSize(20);
    }
  }

  @ParameterizedTest
  @MethodSource("passing")
  void repeatsALogPageThatFailsForTheMoment(Fault fault) {
    insert(1);
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      faults("/api/document_deltas", fault, fault);
      insert(20);
      task.pollTo(emulator.head());
      assertThat(documents(task.events())).doesNotHaveDuplicates().hasSize(21);
    }
  }

  @Test
  void failsWhenTheRetriesTakeTooLong() {
    properties.put("retry.timeout.ms", "300");
    emulator.faults(request -> Fault.error(503, "InternalServerError"));
    try (TaskHarness task = TaskHarness.start(properties)) {
      assertThatThrownBy(() -> task.pollTo(1))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("Gave up after")
          .hasMessageContaining("retry.timeout.ms=300");
    }
  }

  @Test
  void saysThatThePositionIsLostWhenOnlyItsPageKeepsFailing() {
    insert(1);
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      properties.put("retry.timeout.ms", "50");
      emulator.faults(
          request ->
              request.path().equals("/api/document_deltas")
                  ? Fault.error(503, "InternalServerError")
                  : Fault.NONE);
      insert(1);
      try (TaskHarness again = TaskHarness.resume(properties, task.lastOffset().orElseThrow())) {
        assertThatThrownBy(() -> again.pollTo(emulator.head()))
            .isInstanceOf(ConnectException.class)
            .hasMessageMatching(
                "Reading the log after \\d+ .*\\. Gave up after \\d+ attempts in 0 s"
                    + " \\(retry.timeout.ms=50\\)\\. The deployment answers other requests, so the"
                    + " position is lost\\. Either set snapshot.mode=when_needed and .*");
      }
    }
  }

  @Test
  void saysThatTheDeploymentIsDownWhenEverythingFails() {
    insert(1);
    Map<String, ?> offset;
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      offset = task.lastOffset().orElseThrow();
    }
    properties.put("retry.timeout.ms", "50");
    properties.put("snapshot.mode", "when_needed");
    emulator.faults(request -> Fault.error(503, "InternalServerError"));
    try (TaskHarness task = TaskHarness.resume(properties, offset)) {
      assertThatThrownBy(() -> task.pollTo(Long.MAX_VALUE))
          .isInstanceOf(ConnectException.class)
          .hasMessageEndingWith(
              "Restart the task when the deployment can be reached: it goes on where it was.");
    }
  }

  @Test
  void goesOnWhenAServerThatWasSilentAnswersAgain() throws IOException {
    properties.put("request.timeout.ms", "200");
    properties.put("retry.backoff.ms", "1");
    String url = emulator.url();
    try (StubServer silent = StubServer.silent()) {
      properties.put("deployment.url", silent.url());
      properties.put("retry.timeout.ms", "300");
      try (TaskHarness task = TaskHarness.start(properties)) {
        assertThatThrownBy(() -> task.pollTo(Long.MAX_VALUE))
            .hasMessageContaining("not finished within 200 ms")
            .hasMessageContaining("Check the address, the network and any proxy.");
      }
    }
    insert(1);
    properties.put("deployment.url", url);
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      assertThat(documents(task.events())).hasSize(1);
    }
  }

  @Test
  void failsAtOnceWithAKeyThatIsNotValid() {
    properties.put("deploy.key", "emulated-otter-123|0badc0ffee");
    fails("deploy key");
  }

  @Test
  void failsAtOnceWithAKeyThatMayNotRead() {
    insert(1);
    properties.put("deploy.key", emulator.keyWithoutDataView());
    fails("deployment:data:view");
  }

  @Test
  void failsAtOnceWithoutThePlan() {
    insert(1);
    emulator.switches().exportEnabled(false);
    fails("plan does not include streaming export");
  }

  @Test
  void saysWhatToDoWhenThePositionIsLost() {
    Map<String, ?> offset = expiredOffset();
    try (TaskHarness task = TaskHarness.resume(properties, offset)) {
      assertThatThrownBy(() -> task.pollTo(emulator.head()))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("no longer keeps its log")
          .hasMessageContaining("snapshot.mode=when_needed");
    }
  }

  @Test
  void takesANewSnapshotWhenThePositionIsLostIfAllowedTo() {
    Map<String, ?> offset = expiredOffset();
    properties.put("snapshot.mode", "when_needed");
    try (TaskHarness task = TaskHarness.resume(properties, offset).pollTo(emulator.head())) {
      assertThat(task.events()).anyMatch(Marker.SnapshotBegin.class::isInstance);
      assertThat(documents(task.events())).hasSize(2);
    }
  }

  @Test
  void refusesADeploymentThatLiesBehind() throws IOException {
    insert(1);
    Map<String, Object> offset;
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      offset = new HashMap<>(task.lastOffset().orElseThrow());
    }
    offset.put("ts", Long.toString(emulator.head() + 1_000_000_000L));
    try (TaskHarness task = TaskHarness.resume(properties, offset)) {
      assertThatThrownBy(() -> task.pollTo(Long.MAX_VALUE))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("restored from a backup");
    }
  }

  @Test
  void refusesAnOffsetThatItCannotRead() {
    assertThatThrownBy(() -> TaskHarness.resume(properties, Map.of("v", 99L)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("crm")
        .hasMessageContaining("PATCH /connectors/<name>/offsets");
  }

  @Test
  void startAsksNothing() {
    try (TaskHarness task = TaskHarness.start(properties)) {
      assertThat(emulator.counters().requests()).isEmpty();
      assertThat(task.batches()).isEmpty();
    }
  }

  @Test
  void stopAbortsACallInFlight() throws Exception {
    insert(1);
    emulator.faults(request -> Fault.delayed(Duration.ofSeconds(20)));
    TaskHarness task = TaskHarness.start(properties);
    Thread poller = new Thread(task::poll, "poller");
    poller.start();
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (emulator.counters().requests().isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    task.close();
    poller.join(3_000);
    assertThat(poller.isAlive()).isFalse();
    assertThat(task.poll()).isEmpty();
  }

  @Test
  void stopEndsAPauseBetweenRetries() throws Exception {
    emulator.faults(request -> Fault.error(503, "InternalServerError"));
    TaskHarness task = TaskHarness.start(properties);
    Thread poller = new Thread(task::poll, "poller");
    poller.start();
    task.close();
    poller.join(3_000);
    assertThat(poller.isAlive()).isFalse();
  }

  @Test
  void anIdlePollWaitsForASecondAndNotForThePollInterval() {
    properties.put("poll.interval.ms", "60000");
    insert(1);
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      task.poll();
      long start = System.nanoTime();
      assertThat(task.poll()).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(900), Duration.ofSeconds(30));
    }
  }

  private Map<String, ?> expiredOffset() {
    insert(1);
    Map<String, ?> offset;
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      offset = task.lastOffset().orElseThrow();
    }
    insert(1);
    emulator.bumpHead();
    emulator.expireBefore(emulator.head());
    return offset;
  }

  private void fails(String says) {
    try (TaskHarness task = TaskHarness.start(properties)) {
      assertThatThrownBy(() -> task.pollUntil(offset -> offset instanceof SourceOffset.Streaming))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining(says);
    }
  }

  private void insert(int documents) {
    for (int i = 0; i < documents; i++) {
      emulator.commit(tx -> tx.insert(USERS, "{\"name\":\"Ada\"}"));
    }
  }

  private void faults(String path, Fault... faults) {
    Queue<Fault> next = new ConcurrentLinkedQueue<>(List.of(faults));
    emulator.faults(
        (EmulatorRequest request) -> {
          Fault fault = request.path().equals(path) ? next.poll() : null;
          return fault == null ? Fault.NONE : fault;
        });
  }

  private static List<String> documents(List<LogEvent> events) {
    return events.stream()
        .filter(Change.Upsert.class::isInstance)
        .map(event -> ((Change.Upsert) event).id())
        .toList();
  }
}
