package io.convexpowersync.sink;

import io.convexpowersync.events.InvalidLogRecordException;
import io.convexpowersync.events.LogDecoder;
import io.convexpowersync.sink.log.LogRefusedException;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.StorageException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A started sink task: Connect's records to the sink core, and its failures to Connect's. */
final class RunningSinkTask implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningSinkTask.class);
  private static final long RETRY_MS = 1_000;

  private final BucketStorage storage;
  private final SinkCore core;
  private final SinkTaskContext context;
  private final Set<TopicPartition> assigned = new HashSet<>();

  private RunningSinkTask(BucketStorage storage, SinkCore core, SinkTaskContext context) {
    this.storage = storage;
    this.core = core;
    this.context = context;
  }

  static RunningSinkTask start(Map<String, String> props, SinkTaskContext context) {
    PowerSyncSinkConfig config = new PowerSyncSinkConfig(props);
    String name = props.getOrDefault("name", "powersync-sink");
    BucketStorage storage = translated(() -> BucketStorage.open(config.storage(name)));
    try {
      translated(
          () -> {
            if (config.createsSchema()) {
              storage.createSchema();
            }
            storage.checkSchema();
            return null;
          });
      SinkCore core =
          new SinkCore(new StorageStreamSource(storage, name), config.options(), Clock.systemUTC());
      return new RunningSinkTask(storage, core, context);
    } catch (RuntimeException e) {
      storage.close();
      throw e;
    }
  }

  /** The storage says where to resume, whatever offsets Connect has stored. */
  void open(Collection<TopicPartition> partitions) {
    assigned.addAll(partitions);
    if (assigned.size() > 1 || partitions.stream().anyMatch(p -> p.partition() != 0)) {
      throw new ConnectException(
          "The sink reads the one partition of one log topic, but was given "
              + assigned
              + ". A log topic is created with 1 partition; set topics=<topic.prefix>.log");
    }
    partitions.forEach(partition -> context.offset(partition, resumeAt(partition)));
  }

  /** Another task may get the partition: it needs the lease. */
  void close(Collection<TopicPartition> partitions) {
    assigned.removeAll(partitions);
    if (assigned.isEmpty()) {
      core.close();
    }
  }

  private long resumeAt(TopicPartition partition) {
    long offset =
        translated(core::durablePlace)
            .filter(InputPlace.Topic.class::isInstance)
            .map(InputPlace.Topic.class::cast)
            .filter(place -> place.topic().equals(partition.topic()))
            .map(InputPlace.Topic::nextOffset)
            .orElse(0L);
    LOG.info("Reading {} from offset {}", partition, offset);
    return offset;
  }

  void put(Collection<SinkRecord> records) {
    List<PlacedRecord> placed = new ArrayList<>(records.size());
    for (SinkRecord record : records) {
      placed.add(decode(record));
    }
    try {
      translated(
          () -> {
            core.put(placed);
            return null;
          });
    } catch (RetriableException e) {
      // Connect gives the same records again after this time.
      context.timeout(RETRY_MS);
      throw e;
    }
  }

  private static PlacedRecord decode(SinkRecord record) {
    try {
      return new PlacedRecord(
          LogDecoder.decode(record.key(), record.value()),
          new InputPlace.Topic(
              record.originalTopic(),
              record.originalKafkaPartition(),
              record.originalKafkaOffset() + 1));
    } catch (InvalidLogRecordException e) {
      throw new ConnectException(
          e.getMessage()
              + " (topic "
              + record.originalTopic()
              + ", partition "
              + record.originalKafkaPartition()
              + ", offset "
              + record.originalKafkaOffset()
              + ")",
          e);
    }
  }

  Map<TopicPartition, OffsetAndMetadata> durableOffsets() {
    if (assigned.isEmpty()) {
      return Map.of();
    }
    return translated(core::durablePlace)
        .filter(InputPlace.Topic.class::isInstance)
        .map(InputPlace.Topic.class::cast)
        .map(place -> Map.of(partition(place), new OffsetAndMetadata(place.nextOffset())))
        .filter(offsets -> assigned.containsAll(offsets.keySet()))
        .orElse(Map.of());
  }

  private static TopicPartition partition(InputPlace.Topic place) {
    return new TopicPartition(place.topic(), place.partition());
  }

  private static <T> T translated(Supplier<T> action) {
    try {
      return action.get();
    } catch (StorageException e) {
      throw e.kind() == StorageException.Kind.TRANSIENT
          ? new RetriableException(e.getMessage(), e)
          : new ConnectException(e.getMessage(), e);
    } catch (LogRefusedException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      core.close();
    } finally {
      storage.close();
    }
  }
}
