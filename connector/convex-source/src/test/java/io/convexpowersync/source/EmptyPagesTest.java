package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.Change;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Positions that move without data. */
@Timeout(60)
final class EmptyPagesTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final int PAGES = 1_000;

  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
    properties = TaskHarness.logOnly(emulator);
    properties.put("heartbeat.interval.ms", "20");
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @Test
  void aThousandPagesWithoutARowAreCrossed() {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      long before = emulator.counters().requests("/api/document_deltas");
      for (int i = 0; i < PAGES; i++) {
        emulator.commitSystemRows(128);
      }
      task.pollTo(emulator.head());
      assertThat(emulator.counters().requests("/api/document_deltas") - before)
          .isGreaterThanOrEqualTo(PAGES);
      task.pollTo(emulator.commit(tx -> tx.insert(USERS, "{\"n\":2}")));
      assertThat(task.events().stream().filter(Change.class::isInstance)).hasSize(2);
    }
  }

  @Test
  void aDeploymentThatWasIdleForLongerThanItsRetentionResumes() {
    Map<String, ?> offset;
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      for (int i = 0; i < 3; i++) {
        // The head of an idle deployment creeps; what is older than the retention goes.
        long head = emulator.bumpHead();
        task.pollTo(head);
        emulator.expireBefore(head);
      }
      offset = task.lastOffset().orElseThrow();
    }
    try (TaskHarness task = TaskHarness.resume(properties, offset)) {
      long commit = emulator.commit(tx -> tx.insert(USERS, "{\"n\":2}"));
      task.pollTo(commit);
      assertThat(task.events().stream().filter(Change.class::isInstance)).hasSize(1);
    }
  }
}
