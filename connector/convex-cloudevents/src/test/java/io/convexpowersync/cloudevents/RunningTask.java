package io.convexpowersync.cloudevents;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.source.ConvexSourceConnector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** The source task without a worker. */
final class RunningTask implements AutoCloseable {
  private static final long LIMIT_NS = 60_000_000_000L;

  private final SourceTask task;

  RunningTask(ConvexEmulator emulator, String format) throws ReflectiveOperationException {
    task =
        (SourceTask) new ConvexSourceConnector().taskClass().getDeclaredConstructor().newInstance();
    task.initialize(new Context());
    task.start(
        Map.of(
            "deployment.url",
            emulator.url(),
            "deploy.key",
            emulator.adminKey(),
            "topic.prefix",
            "app",
            "document.format",
            format,
            "poll.interval.ms",
            "50",
            "tombstones.on.delete",
            "false"));
  }

  /** The next records of table topics. */
  List<SourceRecord> awaitData(int count) throws InterruptedException {
    List<SourceRecord> found = new ArrayList<>();
    long deadline = System.nanoTime() + LIMIT_NS;
    while (found.size() < count) {
      assertThat(System.nanoTime()).as("records so far: %s", found).isLessThan(deadline);
      List<SourceRecord> polled = task.poll();
      if (polled != null) {
        polled.stream().filter(record -> record.topic().startsWith("app.app.")).forEach(found::add);
      }
    }
    return found;
  }

  @Override
  public void close() {
    task.stop();
  }

  /** Nothing was stored before. */
  private static final class Context implements SourceTaskContext {
    @Override
    public Map<String, String> configs() {
      return Map.of();
    }

    @Override
    public PluginMetrics pluginMetrics() {
      return null;
    }

    @Override
    public OffsetStorageReader offsetStorageReader() {
      return new OffsetStorageReader() {
        @Override
        public <T> Map<String, Object> offset(Map<String, T> partition) {
          return null;
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(
            Collection<Map<String, T>> partitions) {
          return new HashMap<>();
        }
      };
    }
  }
}
