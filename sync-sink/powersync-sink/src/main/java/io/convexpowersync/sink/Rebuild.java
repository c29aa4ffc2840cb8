package io.convexpowersync.sink;

import io.convexpowersync.events.Position;
import io.convexpowersync.sink.log.LogRefusedException;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.storage.StreamId;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that notices a stream that waits to be built while another one is live, builds it, and
 * has it take over. Whatever stands in the way is said once, with what to do about it, and again
 * when it changes; the live stream goes on.
 */
final class Rebuild {
  private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final SinkCore core;
  private final LogHistory history;
  private final StreamDriver.Context context;
  private final Repeating thread = new Repeating("rebuild", LOOK_INTERVAL, this::look);

  private volatile StreamBuild building;

  /** Of a stream that is not built now. */
  private volatile RebuildProgress waiting;

  /** A stream that is left to the core. */
  private volatile StreamId left;

  private Optional<StreamId> unusable = Optional.empty();
  private String said = "";
  private long lookedMs;

  /**
   * @param core writes the live stream
   * @param history where the log is read from
   * @param context what streams are written with
   */
  Rebuild(SinkCore core, LogHistory history, StreamDriver.Context context) {
    this.core = core;
    this.history = history;
    this.context = context;
  }

  void start() {
    thread.start();
  }

  /** Says that it is to end; does not wait. */
  void stop() {
    thread.stop();
  }

  void awaitEnd() {
    thread.awaitEnd();
  }

  /** May be called from any thread. */
  Optional<RebuildProgress> progress() {
    return Optional.ofNullable(building)
        .map(StreamBuild::progress)
        .or(() -> Optional.ofNullable(waiting));
  }

  /**
   * Leaves a stream to the core, which has no other one to write. May be called from any thread.
   *
   * @return whether it is still held; it is given back soon
   */
  boolean leave(StreamId stream) {
    left = stream;
    StreamBuild current = building;
    return current != null && current.stream().equals(stream);
  }

  private void look() throws InterruptedException {
    Optional<StreamId> found = context.source().processing();
    if (found.isEmpty() || found.equals(core.written())) {
      waiting = null;
      said = "";
    } else if (core.live().isPresent()) {
      StreamId stream = found.get();
      if (history.unavailable().isPresent()) {
        say(stream, history.unavailable().get());
      } else if (!stream.equals(left) && !found.equals(unusable)) {
        build(stream);
      }
    }
  }

  private void build(StreamId stream) throws InterruptedException {
    LOG.info("Building replication stream {} beside the live one", stream);
    try (StreamBuild build = new StreamBuild(core, history, context, stream)) {
      building = build;
      boolean live = false;
      while (!live && goesOn(stream)) {
        live = advances(build);
      }
      if (!live) {
        LOG.info("Replication stream {} is not built here any more", stream);
      }
    } catch (LogRefusedException | HistoryUnavailableException e) {
      say(stream, e.getMessage());
    } catch (StorageException e) {
      cannotBuild(stream, e);
    } finally {
      building = null;
    }
  }

  private boolean advances(StreamBuild build) throws InterruptedException {
    try {
      boolean live = build.advance();
      if (!live && !build.progress().waitingFor().isEmpty()) {
        say(build.stream(), build.progress().waitingFor());
      }
      return live;
    } catch (StorageException e) {
      if (e.kind() != StorageException.Kind.TRANSIENT) {
        throw e;
      }
      say(build.stream(), e.getMessage() + " It is tried again");
      thread.pause(RETRY);
      return false;
    }
  }

  private void cannotBuild(StreamId stream, StorageException failure) {
    if (failure.kind() == StorageException.Kind.CONFIGURATION) {
      // A deployed config does not change: another one has to be deployed.
      unusable = Optional.of(stream);
      context.source().reportFatalError(stream, failure.getMessage());
    }
    say(stream, failure.getMessage());
  }

  /** Looks into the storage about once a second. */
  private boolean goesOn(StreamId stream) {
    if (thread.isStopping() || stream.equals(left)) {
      return false;
    }
    long now = context.clock().millis();
    if (Math.abs(now - lookedMs) < LOOK_INTERVAL.toMillis()) {
      return true;
    }
    lookedMs = now;
    return context.source().processing().equals(Optional.of(stream));
  }

  private void say(StreamId stream, String reason) {
    waiting = new RebuildProgress(stream, 0, 0, Position.ZERO, 0, reason);
    if (!reason.equals(said) && !thread.isStopping()) {
      said = reason;
      LOG.warn(
          "Replication stream {} cannot take over, and clients are served as before: {}",
          stream,
          reason);
    }
  }
}
