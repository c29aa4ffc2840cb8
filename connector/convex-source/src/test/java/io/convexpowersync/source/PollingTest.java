package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.emulator.Fault;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.SourceOffset;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a task asks a deployment, and how long it waits for the answer. */
@Timeout(60)
final class PollingTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final String LOG_PAGES = "/api/document_deltas";
  private static final String HEAD = "/api/query_ts";
  private static final EmulatorOptions SMALL_PAGES =
      EmulatorOptions.defaults().withLimits(EmulatorOptions.Limits.DEFAULTS.withPages(50, 16));

  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
    properties = TaskHarness.logOnly(emulator);
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @Test
  void anIdleDeploymentIsOnlyAskedForItsHead() {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      pollUntilRequests(task, HEAD, 10);
      long pages = emulator.counters().requests(LOG_PAGES);
      pollUntilRequests(task, HEAD, 60);
      assertThat(emulator.counters().requests(LOG_PAGES)).isEqualTo(pages);
      long commit = emulator.commit(tx -> tx.insert(USERS, "{\"n\":2}"));
      task.pollTo(commit);
      assertThat(task.events()).anyMatch(e -> e instanceof Change c && c.position().ts() == commit);
    }
  }

  @Test
  void aHeadThatMovesWithoutRowsIsFollowed() {
    properties.put("heartbeat.interval.ms", "1");
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      pollUntilRequests(task, HEAD, 10);
      task.pollTo(emulator.bumpHead());
    }
  }

  @Test
  void theNextPageOfASnapshotIsReadBeforeTheFirstIsTaken() throws IOException {
    try (ConvexEmulator pages = ConvexEmulator.start(SMALL_PAGES)) {
      pages.commit(
          tx -> {
            for (int i = 0; i < 120; i++) {
              tx.insert(USERS, "{\"n\":1}");
            }
          });
      properties = TaskHarness.logOnly(pages);
      // About 30 rows, so that the first batch is a part of the first page.
      properties.put("max.batch.bytes", "10000");
      try (TaskHarness task = TaskHarness.start(properties)) {
        while (task.records().stream().noneMatch(r -> TaskHarness.event(r) instanceof Change)) {
          task.poll();
        }
        awaitRequests(pages, "/api/list_snapshot", 2);
        assertThat(task.offset().orElseThrow())
            .isInstanceOfSatisfying(
                SourceOffset.Snapshotting.class,
                snapshot -> assertThat(snapshot.cursor().page()).isEmpty());
        task.pollTo(pages.head());
        assertThat(task.events().stream().filter(Change.class::isInstance)).hasSize(120);
      }
    }
  }

  @Test
  void pollDoesNotWaitForASlowAnswer() {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      emulator.commit(tx -> tx.insert(USERS, "{\"n\":2}"));
      emulator.faults(request -> Fault.delayed(Duration.ofSeconds(30)));
      for (int i = 0; i < 2; i++) {
        long start = System.nanoTime();
        task.poll();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      }
    }
  }

  @Test
  void stopDoesNotWaitForASlowAnswer() throws Exception {
    TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head());
    CountDownLatch asked = new CountDownLatch(1);
    emulator.faults(
        request -> {
          asked.countDown();
          return Fault.delayed(Duration.ofSeconds(30));
        });
    AtomicBoolean stopping = new AtomicBoolean();
    Thread poller =
        new Thread(
            () -> {
              while (!stopping.get()) {
                task.poll();
              }
            },
            "poller");
    poller.start();
    assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
    stopping.set(true);
    task.close();
    poller.join(Duration.ofSeconds(10).toMillis());
    assertThat(poller.isAlive()).isFalse();
    awaitEndOfFetchers();
  }

  private void pollUntilRequests(TaskHarness task, String path, long count) {
    while (emulator.counters().requests(path) < count) {
      task.poll();
    }
  }

  private static void awaitRequests(ConvexEmulator deployment, String path, long count) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (deployment.counters().requests(path) < count) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static void awaitEndOfFetchers() {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith("convex-crm-"))) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
