package io.convexpowersync.sink;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** What a task asked of Kafka Connect. */
final class FakeSinkContext implements SinkTaskContext {
  final Map<TopicPartition, Long> sought = new HashMap<>();
  final Set<TopicPartition> paused = new HashSet<>();

  @Override
  public Map<String, String> configs() {
    return Map.of();
  }

  @Override
  public void offset(Map<TopicPartition, Long> offsets) {
    sought.putAll(offsets);
  }

  @Override
  public void offset(TopicPartition partition, long offset) {
    sought.put(partition, offset);
  }

  @Override
  public void timeout(long timeoutMs) {
    // The test retries at once.
  }

  @Override
  public Set<TopicPartition> assignment() {
    return Set.of(SinkTaskHarness.LOG);
  }

  @Override
  public void pause(TopicPartition... partitions) {
    paused.addAll(List.of(partitions));
  }

  @Override
  public void resume(TopicPartition... partitions) {
    paused.removeAll(List.of(partitions));
  }

  @Override
  public void requestCommit() {
    // Nothing to do.
  }

  @Override
  public PluginMetrics pluginMetrics() {
    return null;
  }

  @Override
  public ErrantRecordReporter errantRecordReporter() {
    return null;
  }
}
