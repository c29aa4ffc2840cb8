package io.convexpowersync.sink;

import io.convexpowersync.storage.StreamId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What goes on beside the live stream, on threads and database connections of its own: building the
 * next stream, clearing replaced ones, and watching for write checkpoints. Thread-safe.
 */
final class SinkThreads {
  private static final Duration CLEARING_INTERVAL = Duration.ofSeconds(5);

  private final Rebuild rebuild;
  private final Repeating clearing;
  private final Optional<WriteCheckpointWatcher> watcher;

  private SinkThreads(
      Rebuild rebuild, Repeating clearing, Optional<WriteCheckpointWatcher> watcher) {
    this.rebuild = rebuild;
    this.clearing = clearing;
    this.watcher = watcher;
  }

  /**
   * Starts them.
   *
   * @param core writes the live stream
   * @param history where a stream that is built is read from
   * @param publications of the live stream
   */
  static SinkThreads start(
      SinkCore core,
      LogHistory history,
      StreamDriver.Context context,
      Supplier<Publications> publications) {
    WriteCheckpointRules rules = new WriteCheckpointRules(context.options().releaseInterval());
    SinkThreads threads =
        new SinkThreads(
            new Rebuild(core, history, context),
            new Repeating("clearing", CLEARING_INTERVAL, context.source()::clearReplaced),
            context
                .source()
                .writeCheckpointRequests()
                .map(
                    requests ->
                        new WriteCheckpointWatcher(requests, publications, core::release, rules)));
    threads.rebuild.start();
    threads.clearing.start();
    threads.watcher.ifPresent(WriteCheckpointWatcher::start);
    return threads;
  }

  /** The stream that is built, if one is. */
  Optional<RebuildProgress> rebuildProgress() {
    return rebuild.progress();
  }

  /** See {@link Rebuild#leave}. */
  boolean leave(StreamId stream) {
    return rebuild.leave(stream);
  }

  /** Says that they are to end; does not wait. */
  void stop() {
    watcher.ifPresent(WriteCheckpointWatcher::stop);
    rebuild.stop();
    clearing.stop();
  }

  void awaitEnd() {
    watcher.ifPresent(WriteCheckpointWatcher::awaitEnd);
    rebuild.awaitEnd();
    clearing.awaitEnd();
  }
}
