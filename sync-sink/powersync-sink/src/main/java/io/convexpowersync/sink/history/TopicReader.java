package io.convexpowersync.sink.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.storage.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log topic from an offset on with a consumer of its own, outside any group. Not
 * thread-safe.
 */
public final class TopicReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);

  /**
   * How keys and values were written.
   *
   * @param key converter of keys
   * @param value converter of values
   */
  public record Converters(Converter key, Converter value) {}

  private final Consumer<byte[], byte[]> consumer;
  private final Converters converters;
  private final TopicPartition partition;
  private final long end;

  /**
   * @param consumer closed with this
   * @param partition the log topic's partition
   * @param from offset of the first record
   * @throws org.apache.kafka.common.KafkaException when the brokers do not answer
   */
  public TopicReader(
      Consumer<byte[], byte[]> consumer,
      Converters converters,
      TopicPartition partition,
      long from) {
    this.consumer = consumer;
    this.converters = converters;
    this.partition = partition;
    consumer.assign(Set.of(partition));
    this.end = written();
    long start = Math.max(from, consumer.beginningOffsets(Set.of(partition)).get(partition));
    consumer.seek(partition, start);
    LOG.info("Reading {} from offset {}, its end is at {}", partition, start, end);
  }

  /** The next records; empty when none came in time. */
  public List<SinkRecord> poll(Duration timeout) {
    List<SinkRecord> records = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
      records.add(converted(record));
    }
    return records;
  }

  private SinkRecord converted(ConsumerRecord<byte[], byte[]> record) {
    try {
      SchemaAndValue key = converters.key().toConnectData(record.topic(), record.key());
      SchemaAndValue value = converters.value().toConnectData(record.topic(), record.value());
      return new SinkRecord(
          record.topic(),
          record.partition(),
          key.schema(),
          key.value(),
          value.schema(),
          value.value(),
          record.offset());
    } catch (DataException e) {
      throw new DataException(
          "Record "
              + record.offset()
              + " of topic "
              + record.topic()
              + " is not in the form that "
              + converters.value().getClass().getName()
              + " reads. Set key.converter and value.converter, with their settings, in the sink"
              + " connector's own configuration: it does not see the worker's",
          e);
    }
  }

  /** Offset of the next record that is read. */
  public long read() {
    return consumer.position(partition);
  }

  /** Offset behind the newest record now; asks the broker. */
  public long written() {
    return consumer.endOffsets(Set.of(partition)).get(partition);
  }

  /** How many offsets lie between the two as far as is known; asks nobody. */
  public long behind() {
    return consumer.currentLag(partition).orElse(Math.max(0, end - read()));
  }

  @Override
  public void close() {
    consumer.close();
  }

  /** What a reader's consumer must be like, whatever the user has configured. */
  public static Map<String, Object> requiredSettings() {
    return Map.of(
        "enable.auto.commit",
        false,
        "isolation.level",
        "read_committed",
        "auto.offset.reset",
        "earliest",
        "allow.auto.create.topics",
        false);
  }
}
