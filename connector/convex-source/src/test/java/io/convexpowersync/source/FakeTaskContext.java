package io.convexpowersync.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.source.TransactionContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** What Connect gives a task: its configuration, its stored offset, transactions if wanted. */
final class FakeTaskContext implements SourceTaskContext {
  private final Map<String, String> properties;
  private final Map<String, Object> storedOffset;
  private final Map<Map<String, ?>, Map<String, Object>> otherOffsets = new HashMap<>();
  private final FakeTransactions transactions = new FakeTransactions();
  private boolean connectorBoundaries;

  FakeTaskContext(Map<String, String> properties, Map<String, Object> storedOffset) {
    this.properties = properties;
    this.storedOffset = storedOffset;
  }

  FakeTaskContext withConnectorBoundaries() {
    connectorBoundaries = true;
    return this;
  }

  /** Stores the offset of another source partition than the stream's. */
  FakeTaskContext store(Map<String, ?> partition, Map<String, Object> offset) {
    otherOffsets.put(partition, offset);
    return this;
  }

  List<SourceRecord> transactionEnds() {
    return transactions.ends;
  }

  @Override
  public Map<String, String> configs() {
    return properties;
  }

  @Override
  public OffsetStorageReader offsetStorageReader() {
    return new OffsetStorageReader() {
      @Override
      public <T> Map<String, Object> offset(Map<String, T> partition) {
        return Map.of("deployment", properties.get("topic.prefix")).equals(partition)
            ? storedOffset
            : otherOffsets.get(partition);
      }

      @Override
      public <T> Map<Map<String, T>, Map<String, Object>> offsets(
          Collection<Map<String, T>> partitions) {
        Map<Map<String, T>, Map<String, Object>> offsets = new HashMap<>();
        partitions.forEach(partition -> offsets.put(partition, offset(partition)));
        return offsets;
      }
    };
  }

  @Override
  public PluginMetrics pluginMetrics() {
    return null;
  }

  @Override
  public TransactionContext transactionContext() {
    return connectorBoundaries ? transactions : null;
  }

  /** Remembers where transactions end. */
  private static final class FakeTransactions implements TransactionContext {
    private final List<SourceRecord> ends = new ArrayList<>();

    @Override
    public void commitTransaction(SourceRecord record) {
      ends.add(record);
    }

    @Override
    public void commitTransaction() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void abortTransaction() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void abortTransaction(SourceRecord record) {
      throw new UnsupportedOperationException();
    }
  }
}
