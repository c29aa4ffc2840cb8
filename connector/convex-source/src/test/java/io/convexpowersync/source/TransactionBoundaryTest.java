package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.SourceOffset;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** With transaction.boundary=connector, Kafka's transactions are the deployment's. */
final class TransactionBoundaryTest {
  private static final TablePath USERS = TablePath.root("users");

  @Test
  void aTransactionEndsBehindEveryCommitAndItsMarkers() throws IOException {
    try (ConvexEmulator emulator = ConvexEmulator.start()) {
      Map<String, String> properties = TaskHarness.logOnly(emulator);
      emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
      try (TaskHarness task = TaskHarness.startWithConnectorBoundaries(properties)) {
        task.pollUntil(SourceOffset.Streaming.class::isInstance);
        for (int i = 0; i < 3; i++) {
          emulator.commit(
              tx -> {
                tx.insert(USERS, "{\"n\":1}");
                tx.insert(USERS, "{\"n\":2}");
              });
        }
        task.pollTo(emulator.head());
        List<SourceRecord> records = task.records();
        List<SourceRecord> ends = task.context().transactionEnds();
        assertThat(ends).doesNotHaveDuplicates();
        for (List<SourceRecord> batch : task.batches()) {
          assertThat(ends).contains(batch.get(batch.size() - 1));
        }
        for (int i = 0; i < records.size() - 1; i++) {
          LogEvent event = TaskHarness.event(records.get(i));
          LogEvent next = TaskHarness.event(records.get(i + 1));
          if (event instanceof Change && event.position().equals(next.position())) {
            assertThat(isDelta(event) && ends.contains(records.get(i)))
                .as("an end inside a commit")
                .isFalse();
          } else if (isDelta(event) && isDelta(next)) {
            assertThat(ends).contains(records.get(i));
          } else if (event instanceof Change && next instanceof Marker.Resolved) {
            assertThat(ends).doesNotContain(records.get(i));
          }
        }
      }
    }
  }

  private static boolean isDelta(LogEvent event) {
    return event instanceof Change && event.position().seq() == 0;
  }
}
