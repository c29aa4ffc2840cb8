package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorData;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.SourceOffset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks that are killed in the middle of pages, one after the other. */
final class ResumeInsidePageTest {
  private static final int DOCUMENTS = 2_000;
  private static final int PAGE = 100;

  private ConvexEmulator emulator;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator =
        ConvexEmulator.start(
            EmulatorOptions.defaults()
                .withData(new EmulatorData.Generated(DOCUMENTS, 200))
                .withLimits(EmulatorOptions.Limits.DEFAULTS.withPages(PAGE, 16))
                .withStrictSelection(true));
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @Test
  void readsNothingAgainButTheRestOfAPage() {
    Random random = new Random(7);
    Map<String, String> properties = TaskHarness.logOnly(emulator);
    // About 25 rows a batch, so that most offsets point inside a page.
    properties.put("max.batch.bytes", "10000");
    List<LogEvent> written = new ArrayList<>();
    Map<String, ?> offset = null;
    int kills = 0;
    int repeated = 0;
    boolean complete = false;
    while (!complete) {
      long before = emulator.counters().snapshotDocuments();
      int polls = 1 + random.nextInt(12);
      int rows = 0;
      try (TaskHarness task = start(properties, offset)) {
        for (int i = 0; i < polls && !complete; i++) {
          List<SourceRecord> batch = task.poll();
          batch.stream().map(TaskHarness::event).forEach(written::add);
          rows += batch.size();
          complete = task.offset().filter(SourceOffset.Streaming.class::isInstance).isPresent();
        }
        offset = task.lastOffset().orElse(null);
      }
      kills++;
      // Whatever is fetched beyond what was written lies in the page that is open at the kill, or
      // is the part of the first page that the task before it had written.
      int beyond = (int) (emulator.counters().snapshotDocuments() - before) - rows;
      assertThat(beyond).isLessThanOrEqualTo(3 * PAGE);
      repeated += Math.max(0, beyond);
    }
    assertThat(kills).isGreaterThan(10);
    assertThat(emulator.counters().snapshotDocuments() - DOCUMENTS)
        .as("documents fetched again")
        .isLessThanOrEqualTo(2L * PAGE * kills);
    assertThat(repeated).isPositive();
    assertEveryDocumentOnce(written);
  }

  @Test
  void goesOnInTheLogBehindACommitThatWasStored() {
    Map<String, String> properties = TaskHarness.logOnly(emulator);
    TablePath users = TablePath.root("users");
    Map<String, ?> offset;
    long first;
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      first = emulator.commit(tx -> tx.insert(users, "{\"n\":1}"));
      task.pollTo(first);
      offset = task.lastOffset().orElseThrow();
    }
    long second = emulator.commit(tx -> tx.insert(users, "{\"n\":2}"));
    long before = emulator.counters().deltaDocuments();
    try (TaskHarness task = TaskHarness.resume(properties, offset).pollTo(second)) {
      assertThat(task.events().stream().filter(Change.class::isInstance))
          .extracting(event -> event.position().ts())
          .containsExactly(second);
    }
    assertThat(emulator.counters().deltaDocuments() - before).isEqualTo(1);
  }

  private static TaskHarness start(Map<String, String> properties, Map<String, ?> offset) {
    return offset == null ? TaskHarness.start(properties) : TaskHarness.resume(properties, offset);
  }

  private static void assertEveryDocumentOnce(List<LogEvent> written) {
    Set<String> ids = new HashSet<>();
    for (LogEvent event : written) {
      if (event instanceof Change.Upsert upsert) {
        assertThat(ids.add(upsert.id())).as("written once: %s", upsert.id()).isTrue();
      }
    }
    assertThat(ids).hasSize(DOCUMENTS);
  }
}
