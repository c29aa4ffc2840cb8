package io.convexpowersync.standalone.run;

import io.convexpowersync.sink.InputPlace;
import io.convexpowersync.sink.LogHistory;
import io.convexpowersync.sink.SinkCore;
import io.convexpowersync.sink.SinkCounters;
import io.convexpowersync.sink.SinkMetrics;
import io.convexpowersync.sink.SinkOptions;
import io.convexpowersync.sink.StorageStreamSource;
import io.convexpowersync.sink.StreamChangedException;
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
 * anything that is visible. A stream that is built beside the live one has an engine of its own,
 * which becomes the live one when the stream takes over.
 */
public final class Pipeline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
  private static final String OWNER = "convex-powersync";
  private static final int HOUSEKEEPING_SECONDS = 2;

  private final SourceSettings source;
  private final SinkCore sink;
  private final LiveFeed live;
  private final SinkMetrics metrics;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CompletableFuture<Void> completion = new CompletableFuture<>();
  private final ScheduledExecutorService housekeeping =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "housekeeping");
            thread.setDaemon(true);
            return thread;
          });

  private Pipeline(SourceSettings source, BucketStorage storage) {
    this.source = source;
    this.sink =
        new SinkCore(
            new StorageStreamSource(storage, OWNER),
            secondEngines(),
            SinkOptions.DEFAULT,
            Clock.systemUTC());
    this.live = new LiveFeed(sink, stop, this::keepHouseIn, this::readAgain);
    this.metrics = SinkMetrics.register(OWNER, () -> sink, Clock.systemUTC());
  }

  /**
   * Takes the lease of the stream that is to be written, then starts to read.
   *
   * @param storage with a sync config deployed in it; stays open
   * @throws StorageException when the stream cannot be written: another runner, versions, plan.
   *     Nothing has been written then
   */
  public static Pipeline start(SourceSettings source, BucketStorage storage) {
    Pipeline pipeline = new Pipeline(source, storage);
    try {
      pipeline.sink.durablePlace();
      pipeline.read();
      pipeline.housekeeping.scheduleWithFixedDelay(
          pipeline::keepHouse, HOUSEKEEPING_SECONDS, HOUSEKEEPING_SECONDS, TimeUnit.SECONDS);
      return pipeline;
    } catch (RuntimeException e) {
      pipeline.close();
      throw e;
    }
  }

  private LogHistory secondEngines() {
    return new LogHistory() {
      @Override
      public Optional<String> unavailable() {
        return Optional.empty();
      }

      @Override
      public Reader open(Optional<InputPlace> place) {
        Optional<Map<String, Object>> offset = sourceOffset(place);
        return new SecondFeed(
            target -> new Feed(source, () -> offset, target, Pipeline.this::ended),
            live,
            Pipeline.this::replaceFeed);
      }
    };
  }

  /** Starts to read for the stream that the sink writes. */
  private void read() {
    Feed feed = new Feed(source, () -> sourceOffset(sink.durablePlace()), live, this::ended);
    live.become(feed);
    feed.start();
  }

  /** The sink writes another stream, whose place is another one. */
  private void readAgain() {
    Feed old = live.current();
    read();
    closeSoon(old);
  }

  private void replaceFeed(Feed feed) {
    Feed old = live.current();
    live.become(feed);
    closeSoon(old);
  }

  /** On its own thread: an engine cannot be closed by what it calls, and takes its time. */
  private static void closeSoon(Feed feed) {
    Thread thread = new Thread(feed::close, "closing-engine");
    thread.setDaemon(true);
    thread.start();
  }

  private static Optional<Map<String, Object>> sourceOffset(Optional<InputPlace> place) {
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
    } catch (StreamChangedException e) {
      readAgain();
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

  private void ended(Feed feed, Optional<Throwable> failure) {
    if (!live.isCurrent(feed)) {
      return;
    }
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
    metrics.close();
    housekeeping.shutdownNow();
    try {
      closeFeed();
    } finally {
      SinkCounters done = sink.counters();
      sink.close();
      LOG.info(
          "Stopped: {} rows, {} checkpoints since the start, published up to {}",
          done.changes(),
          done.publications(),
          sink.gauges().published());
      // A stream may have taken over meanwhile.
      closeFeed();
      completion.complete(null);
    }
  }

  private void closeFeed() {
    if (live.current() != null) {
      live.current().close();
    }
  }
}
