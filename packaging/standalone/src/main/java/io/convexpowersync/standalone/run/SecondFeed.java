package io.convexpowersync.standalone.run;

import io.convexpowersync.sink.HistoryUnavailableException;
import io.convexpowersync.sink.LogHistory;
import io.convexpowersync.sink.PlacedRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A second source engine, with its own snapshot, for a stream that is built beside the live one.
 * When the stream takes over, this engine becomes the live one, because its positions and offsets
 * are those of the stream: what the first one says of snapshots and dropped tables is not.
 *
 * <p>One batch is on its way at a time: the feed waits until it is taken.
 */
final class SecondFeed implements LogHistory.Reader, Feed.Target {
  private static final long OFFER_MS = 100;

  private final SynchronousQueue<List<PlacedRecord>> batches = new SynchronousQueue<>();
  private final Feed feed;
  private final Feed.Target live;
  private final Consumer<Feed> becomeLive;
  private volatile boolean isLive;
  private volatile boolean closed;

  /**
   * @param engine makes the engine's feed
   * @param live takes the records from the hand-over on
   * @param becomeLive makes this feed the live one
   */
  SecondFeed(Function<Feed.Target, Feed> engine, Feed.Target live, Consumer<Feed> becomeLive) {
    this.live = live;
    this.becomeLive = becomeLive;
    this.feed = engine.apply(this);
    feed.start();
  }

  @Override
  public void put(Feed from, List<PlacedRecord> records) throws InterruptedException {
    while (!isLive) {
      if (closed) {
        throw new InterruptedException("The stream is not built any more");
      }
      if (batches.offer(records, OFFER_MS, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
    live.put(from, records);
  }

  @Override
  public List<PlacedRecord> poll(Duration timeout) throws InterruptedException {
    Optional<Throwable> failure = feed.failure();
    if (failure.isPresent()) {
      throw new HistoryUnavailableException(
          "the deployment cannot be read for it: " + failure.get().getMessage(), failure.get());
    }
    List<PlacedRecord> batch = batches.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    return batch == null ? List.of() : batch;
  }

  /** An engine leaves nothing out, so places in what it reads are all the same. */
  @Override
  public long read() {
    return 0;
  }

  @Override
  public long written() {
    return 0;
  }

  @Override
  public OptionalLong behind() {
    return OptionalLong.empty();
  }

  @Override
  public void takenOver() {
    becomeLive.accept(feed);
    isLive = true;
  }

  @Override
  public void close() {
    closed = true;
    if (!isLive) {
      feed.close();
    }
  }
}
