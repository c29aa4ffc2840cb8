package io.convexpowersync.standalone.run;

import io.convexpowersync.sink.PlacedRecord;
import io.convexpowersync.sink.SinkCore;
import io.convexpowersync.sink.StreamChangedException;
import io.convexpowersync.storage.StorageException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives what the live feed polled to the sink. Whatever may pass (database restart, deadlock) is
 * retried in here, for as long as it takes: the engine would go on with the next batch instead.
 * What comes from a feed that was replaced is dropped.
 */
final class LiveFeed implements Feed.Target {
  private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);
  private static final long FIRST_PAUSE_MS = 250;
  private static final long LONGEST_PAUSE_MS = 10_000;

  private final SinkCore sink;
  private final CountDownLatch stop;
  private final LongConsumer publishLater;
  private final Runnable streamChanged;
  private volatile Feed current;

  /**
   * @param stop ends the retrying
   * @param publishLater has the sink's idle work done in that many milliseconds
   * @param streamChanged told when another stream is written, which is read from another place
   */
  LiveFeed(SinkCore sink, CountDownLatch stop, LongConsumer publishLater, Runnable streamChanged) {
    this.sink = sink;
    this.stop = stop;
    this.publishLater = publishLater;
    this.streamChanged = streamChanged;
  }

  /** The live feed from now on. */
  void become(Feed feed) {
    current = feed;
  }

  Feed current() {
    return current;
  }

  boolean isCurrent(Feed feed) {
    return feed == current;
  }

  @Override
  public void put(Feed from, List<PlacedRecord> records) throws InterruptedException {
    long pause = FIRST_PAUSE_MS;
    while (isCurrent(from)) {
      try {
        sink.put(records, () -> isCurrent(from));
        sink.publicationDueMs().ifPresent(publishLater);
        return;
      } catch (StreamChangedException e) {
        streamChanged.run();
        return;
      } catch (StorageException e) {
        if (e.kind() != StorageException.Kind.TRANSIENT) {
          throw e;
        }
        LOG.warn("{} Next attempt in {} ms", e.getMessage(), pause);
      }
      if (stop.await(pause, TimeUnit.MILLISECONDS)) {
        throw new InterruptedException("Stopped while the storage could not be reached");
      }
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
  }
}
