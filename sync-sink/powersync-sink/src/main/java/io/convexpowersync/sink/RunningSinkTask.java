package io.convexpowersync.sink;

import io.convexpowersync.sink.input.LogInput;
import io.convexpowersync.sink.input.RegressionWatch;
import io.convexpowersync.sink.log.LogRefusedException;
import io.convexpowersync.storage.StorageException;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A started sink task: Connect's records to the sink core, and its failures to Connect's.
 *
 * <ol>
 *   <li>The storage says where to read, whatever offsets Connect has stored. While it cannot be
 *       asked, nothing is written: {@code resumed} is false, and records that come are given up,
 *       because the consumer is put back to the storage's place later.
 *   <li>Connect is given the durable place as last known, without asking the storage: it does not
 *       take a failure there for one that passes.
 *   <li>An outage of the storage never stops the task. Records are given again by Connect.
 *   <li>While another runner holds the stream, the task waits, with its partition paused.
 * </ol>
 */
final class RunningSinkTask implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningSinkTask.class);
  private static final long RETRY_MS = 1_000;

  /** Leases and write checkpoints need us more often than Connect calls by itself. */
  private static final long IDLE_MS = 2_000;

  private final PowerSyncSinkConfig config;
  private final String name;
  private final SinkTaskContext context;
  private final LogInput input;
  private final RegressionWatch regressions;
  private final SinkMetrics metrics;
  private final Set<TopicPartition> assigned = new HashSet<>();

  private volatile OpenSink sink;
  private boolean resumed;
  private boolean waiting;
  private boolean failing;
  private Optional<InputPlace.Topic> durable = Optional.empty();

  private RunningSinkTask(PowerSyncSinkConfig config, String name, SinkTaskContext context) {
    this.config = config;
    this.name = name;
    this.context = context;
    this.regressions = new RegressionWatch(config.regressionGrace(), clock().millis());
    this.input = new LogInput(context.errantRecordReporter(), regressions);
    this.metrics =
        SinkMetrics.register(
            name, () -> Optional.ofNullable(sink).map(OpenSink::core).orElse(null), clock());
  }

  /** Does not connect yet: Connect gives up a task whose start fails. */
  static RunningSinkTask start(Map<String, String> props, SinkTaskContext context) {
    return new RunningSinkTask(new PowerSyncSinkConfig(props), owner(props), context);
  }

  /** Under which name a connector takes the lease. */
  static String owner(Map<String, String> props) {
    return props.getOrDefault("name", "powersync-sink");
  }

  private static Clock clock() {
    return Clock.systemUTC();
  }

  void open(Collection<TopicPartition> partitions) {
    assigned.addAll(partitions);
    if (assigned.size() > 1 || partitions.stream().anyMatch(p -> p.partition() != 0)) {
      throw new ConnectException(
          "The sink reads the one partition of one log topic, but was given "
              + assigned
              + ". A log topic is created with 1 partition; set topics=<topic.prefix>.log");
    }
    resumed = false;
    guarded(this::resume, true);
  }

  /** Another task may get the partition: it needs the lease. */
  void close(Collection<TopicPartition> partitions) {
    assigned.removeAll(partitions);
    if (assigned.isEmpty()) {
      resumed = false;
      durable = Optional.empty();
      if (sink != null) {
        sink.core().close();
      }
    }
  }

  void put(Collection<SinkRecord> records) {
    if (!assigned.isEmpty()) {
      guarded(() -> write(records), records.isEmpty());
    }
  }

  private void write(Collection<SinkRecord> records) {
    if (!resumed) {
      resume();
      return;
    }
    SinkCore core = sink.core();
    try {
      core.put(input.read(records, PlacedRecord::of));
    } catch (LogRefusedException e) {
      core.refused(e);
      throw e;
    }
    remember();
  }

  /** Asks the storage for its place, and puts the consumer there. */
  private void resume() {
    if (sink == null) {
      sink = OpenSink.open(config, name, clock());
    }
    remember();
    TopicPartition partition = assigned.iterator().next();
    long offset =
        durable
            .filter(place -> partition(place).equals(partition))
            .map(InputPlace.Topic::nextOffset)
            .orElse(0L);
    context.offset(partition, offset);
    if (waiting) {
      context.resume(partition);
    }
    waiting = false;
    resumed = true;
    LOG.info("Following the log {} from offset {}", partition, offset);
  }

  private void remember() {
    durable =
        sink.core()
            .durablePlace()
            .filter(InputPlace.Topic.class::isInstance)
            .map(InputPlace.Topic.class::cast);
    regressions.published(sink.core().gauges().published());
    failing = false;
    context.timeout(Math.min(IDLE_MS, sink.core().publicationDueMs().orElse(IDLE_MS)));
  }

  private void guarded(Runnable action, boolean nothingGiven) {
    try {
      action.run();
    } catch (StorageException e) {
      switch (e.kind()) {
        case TRANSIENT -> retry(e, nothingGiven);
        case FENCED -> waitForStream(e);
        case CONFIGURATION -> throw new ConnectException(e.getMessage(), e);
      }
    } catch (StreamChangedException e) {
      // The consumer is put to the other stream's place before anything is written to it.
      resumed = false;
      context.timeout(RETRY_MS);
    } catch (LogRefusedException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }

  private void retry(StorageException failure, boolean nothingGiven) {
    context.timeout(RETRY_MS);
    if (!failing) {
      failing = true;
      LOG.warn("{} It is tried again every {} ms", failure.getMessage(), RETRY_MS);
    }
    if (!nothingGiven) {
      // Connect gives the same records again after this time.
      throw new RetriableException(failure.getMessage(), failure);
    }
  }

  /** Another runner has the stream, or another stream has replaced it. */
  private void waitForStream(StorageException reason) {
    resumed = false;
    if (sink != null) {
      sink.core().close();
    }
    if (!waiting) {
      waiting = true;
      LOG.warn(
          "{} This task waits, and takes over as soon as that is possible", reason.getMessage());
      context.pause(assigned.toArray(TopicPartition[]::new));
    }
    context.timeout(RETRY_MS);
  }

  Map<TopicPartition, OffsetAndMetadata> durableOffsets() {
    return durable
        .filter(place -> assigned.contains(partition(place)))
        .map(place -> Map.of(partition(place), new OffsetAndMetadata(place.nextOffset())))
        .orElse(Map.of());
  }

  private static TopicPartition partition(InputPlace.Topic place) {
    return new TopicPartition(place.topic(), place.partition());
  }

  @Override
  public void close() {
    metrics.close();
    if (sink != null) {
      SinkCounters done = sink.core().counters();
      sink.close();
      LOG.info(
          "Stopped: {} rows, {} checkpoints since the start, published up to {}",
          done.changes(),
          done.publications(),
          sink.core().gauges().published());
    }
  }
}
