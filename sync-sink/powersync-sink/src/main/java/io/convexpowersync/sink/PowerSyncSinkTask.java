package io.convexpowersync.sink;

import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** Shell over {@link RunningSinkTask}. */
public final class PowerSyncSinkTask extends SinkTask {
  private RunningSinkTask running;

  @Override
  public String version() {
    return SinkVersion.get();
  }

  @Override
  public void start(Map<String, String> props) {
    running = RunningSinkTask.start(props, context);
  }

  @Override
  public void open(Collection<TopicPartition> partitions) {
    running.open(partitions);
  }

  @Override
  public void close(Collection<TopicPartition> partitions) {
    running.close(partitions);
  }

  @Override
  public void put(Collection<SinkRecord> records) {
    running.put(records);
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
    return running.durableOffsets();
  }

  @Override
  public void stop() {
    if (running != null) {
      running.close();
      running = null;
    }
  }
}
