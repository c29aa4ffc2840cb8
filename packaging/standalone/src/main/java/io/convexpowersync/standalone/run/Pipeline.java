package io.convexpowersync.standalone.run;

import io.convexpowersync.sink.InputPlace;
import io.convexpowersync.sink.LogHistory;
import io.convexpowersync.sink.SinkCore;
import io.convexpowersync.sink.SinkCounters;
import io.convexpowersync.sink.SinkOptions;
import io.convexpowersync.sink.StorageStreamSource;
import io.convexpowersync.standalone.config.SourceSettings;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StorageException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source connector and the sink core in one process. The place to resume from is the one that
 * the sink stored with the data, so neither a crash here nor one of the database loses or repeats
 * anything that is visible.
 */
public final class Pipeline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
  private static final String OWNER = "convex-powersync";
  private static final int HOUSEKEEPING_SECONDS = 2;

  private final SinkCore sink;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CompletableFuture<Void> completion = new CompletableFuture<>();
  private final ScheduledExecutorService housekeeping =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "housekeeping");
            thread.setDaemon(true);
            return thread;
          });
  private final String offsets;
  private final SourceEngine engine;

  private Pipeline(SourceSettings source, SinkCore sink) {
    this.sink = sink;
    this.offsets = SinkOffsetStore.register(this::resumeFrom);
    this.engine =
        new SourceEngine(
            EngineConfig.of(source, offsets),
            new SinkConsumer(sink, stop, this::keepHouseIn),
            this::engineEnded);
  }

  /**
   * Takes the lease of the stream that is to be written, then starts to read.
   *
   * @param storage with a sync config deployed in it; stays open
   * @throws StorageException when the stream cannot be written: another runner, versions, plan.
   *     Nothing has been written then
   */
  public static Pipeline start(SourceSettings source, BucketStorage storage) {
    SinkCore sink =
        new SinkCore(
            new StorageStreamSource(storage, OWNER),
            LogHistory.none("Start again"),
            SinkOptions.DEFAULT,
            Clock.systemUTC());
    Pipeline pipeline = new Pipeline(source, sink);
    try {
      sink.durablePlace();
      pipeline.engine.start();
      pipeline.housekeeping.scheduleWithFixedDelay(
          pipeline::keepHouse, HOUSEKEEPING_SECONDS, HOUSEKEEPING_SECONDS, TimeUnit.SECONDS);
      return pipeline;
    } catch (RuntimeException e) {
      pipeline.close();
      throw e;
    }
  }

  private Optional<Map<String, Object>> resumeFrom() {
    Optional<InputPlace> place = sink.durablePlace();
    if (place.isPresent() && place.get() instanceof InputPlace.Topic topic) {
      throw new StorageException(
          StorageException.Kind.CONFIGURATION,
          "This replication stream is written from the Kafka topic "
              + topic.topic()
              + ". Go on with the Kafka Connect sink, or deploy the sync config again to build a new"
              + " stream without Kafka");
    }
    return place
        .map(InputPlace.SourceConnector.class::cast)
        .map(InputPlace.SourceConnector::offset);
  }

  private void keepHouseIn(long delayMs) {
    try {
      housekeeping.schedule(this::keepHouse, delayMs, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("Stopping: the next start publishes the rest", e);
    }
  }

  private void keepHouse() {
    try {
      sink.idle();
    } catch (StorageException e) {
      if (e.kind() == StorageException.Kind.TRANSIENT) {
        LOG.warn("{} It is tried again", e.getMessage());
      } else {
        completion.completeExceptionally(e);
      }
    } catch (RuntimeException e) {
      completion.completeExceptionally(e);
    }
  }

  private void engineEnded(Optional<Throwable> failure) {
    if (failure.isEmpty() || stop.getCount() == 0) {
      completion.complete(null);
    } else {
      completion.completeExceptionally(failure.get());
    }
  }

  /** Completes when the pipeline has stopped; exceptionally when it cannot go on. */
  public CompletableFuture<Void> completion() {
    return completion;
  }

  /** What was done since the start. */
  public SinkCounters counters() {
    return sink.counters();
  }

  /** The stream being written. */
  public ReplicationStream stream() {
    return sink.stream();
  }

  /** Stops reading, finishes or rolls back what is being written, and gives the lease back. */
  @Override
  public void close() {
    stop.countDown();
    housekeeping.shutdownNow();
    try {
      engine.close();
      sink.close();
    } finally {
      SinkOffsetStore.unregister(offsets);
      completion.complete(null);
    }
  }
}
