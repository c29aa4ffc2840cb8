package io.convexpowersync.sink;

import io.convexpowersync.events.Position;
import io.convexpowersync.sink.log.LogProtocol;
import io.convexpowersync.sink.log.Step;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.storage.WriteCheckpointRequests;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log of a deployment into one replication stream: what both the Kafka Connect task and
 * the standalone runner drive.
 *
 * <ol>
 *   <li>Nothing becomes visible before a resolved marker, and a marker publishes everything before
 *       it and nothing after it.
 *   <li>Data, the place in the log and the publication share one transaction, so what {@link
 *       #durablePlace} says is exactly what the storage holds.
 *   <li>After any exception from {@link #put}, the same records may be given again: the core reads
 *       back what is durable, and drops what it has already written.
 * </ol>
 *
 * <p>All methods may be called from any thread; one runs at a time.
 */
public final class SinkCore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SinkCore.class);

  /** Longer than a lease, so that a session that is only thought to be alive has lost it. */
  private static final long LOST_SESSION_MS = 90_000;

  private final StreamSource source;
  private final SinkOptions options;
  private final Clock clock;
  private final SinkProgress progress;

  private RunningStream running;
  private long heldMs = Long.MIN_VALUE / 2;

  /** The stream that is written, also between a failure and the next attempt; empty when closed. */
  private Optional<StreamId> written = Optional.empty();

  private RuntimeException releaseFailure;
  private WriteCheckpointWatcher watcher;

  /**
   * @param source opens the stream, again after a failure
   * @param options limits
   * @param clock wall clock
   */
  public SinkCore(StreamSource source, SinkOptions options, Clock clock) {
    this.source = source;
    this.options = options;
    this.clock = clock;
    this.progress = new SinkProgress(clock, options.progress());
  }

  /** Opens the stream if it is not open, and says where to resume reading. */
  public synchronized Optional<InputPlace> durablePlace() {
    return running().durable().input();
  }

  /** The stream being written, as its last transaction left it. */
  public synchronized ReplicationStream stream() {
    return running().stream();
  }

  /** What was done since this core was created. */
  public SinkCounters counters() {
    return progress.counters();
  }

  /** Where this core stands. */
  public SinkGauges gauges() {
    return progress.gauges();
  }

  /** The records cannot be read: the service's diagnostics show why, as far as possible. */
  synchronized void refused(RuntimeException reason) {
    if (written.isPresent()) {
      report(reason);
    }
  }

  /**
   * Writes records, in order. When it returns, all their effects and the place behind them are
   * durable.
   *
   * @throws StorageException kind TRANSIENT: call again with the same records; others: stop
   * @throws io.convexpowersync.sink.log.LogRefusedException when this is not the stream's log
   */
  public synchronized void put(List<PlacedRecord> records) {
    if (records.isEmpty()) {
      idle();
      return;
    }
    guarded(() -> write(running(), records));
  }

  /**
   * Keeps the lease while there is nothing to write, and publishes what was put off. To be called
   * every few seconds, and when {@link #publicationDueMs} says. Opens the stream again after a
   * failure.
   */
  public synchronized void idle() {
    if (written.isPresent()) {
      guarded(
          () -> {
            if (mayPublish()) {
              running().publishPending();
            }
            running().idle();
          });
    }
  }

  /**
   * In how many milliseconds {@link #idle} should be called to publish a checkpoint that was put
   * off, unless records come before; empty when there is none.
   */
  public synchronized OptionalLong publicationDueMs() {
    return running == null || running.pending().isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(0, options.checkpointInterval().toMillis() - sinceLastMs()));
  }

  /** Checkpoints are published at most once per interval. */
  private boolean mayPublish() {
    long since = sinceLastMs();
    // A clock that was set back must not stop it.
    return since < 0 || since >= options.checkpointInterval().toMillis();
  }

  private long sinceLastMs() {
    return clock.millis() - progress.publications().lastMs();
  }

  /**
   * Releases waiting write checkpoints on an idle deployment: publishes the LSN again that clients
   * see, if everything written is published and the rules say that it is time. A failure that stays
   * is for whoever drives the core: the next call of theirs throws it.
   */
  synchronized void release(WriteCheckpointRules rules) {
    if (written.isEmpty() || releaseFailure != null) {
      return;
    }
    try {
      guarded(() -> releaseIfDue(running(), rules));
    } catch (StorageException e) {
      releaseFailure = e.kind() == StorageException.Kind.TRANSIENT ? null : e;
      throw e;
    }
  }

  private void releaseIfDue(RunningStream stream, WriteCheckpointRules rules) {
    stream
        .releasable()
        .filter(lsn -> rules.due(lsn, progress.publications(), clock.millis()))
        .ifPresent(stream::release);
  }

  /** Gives the lease back. The next call of {@link #durablePlace} or {@link #put} opens again. */
  @Override
  public void close() {
    Optional<WriteCheckpointWatcher> ending;
    synchronized (this) {
      written = Optional.empty();
      releaseFailure = null;
      ending = Optional.ofNullable(watcher);
      watcher = null;
      ending.ifPresent(WriteCheckpointWatcher::stop);
      closeStream();
    }
    ending.ifPresent(WriteCheckpointWatcher::awaitEnd);
  }

  private void closeStream() {
    if (running != null) {
      RunningStream closing = running;
      running = null;
      progress.closed();
      closing.close();
    }
  }

  private RunningStream running() {
    if (releaseFailure != null) {
      throw releaseFailure;
    }
    if (running == null) {
      running = open();
      written = Optional.of(running.stream().id());
      if (watcher == null) {
        source.writeCheckpointRequests().ifPresent(this::watch);
      }
    }
    return running;
  }

  private RunningStream open() {
    try {
      return RunningStream.open(source, written, options, clock, progress);
    } catch (StorageException e) {
      throw e.kind() == StorageException.Kind.FENCED && mayBeOurOwnSession()
          ? new StorageException(StorageException.Kind.TRANSIENT, e.getMessage(), e)
          : e;
    }
  }

  /**
   * After a cut in the network the server takes a while to notice that our old session is dead, and
   * until then it holds the lock of the stream against us.
   */
  private boolean mayBeOurOwnSession() {
    return clock.millis() - heldMs <= LOST_SESSION_MS;
  }

  private void watch(WriteCheckpointRequests requests) {
    watcher =
        new WriteCheckpointWatcher(
            requests,
            progress::publications,
            this::release,
            new WriteCheckpointRules(options.releaseInterval()));
    watcher.start();
  }

  /** Whatever fails, memory may no longer agree with the storage: it is read back next time. */
  private void guarded(Runnable action) {
    try {
      action.run();
      heldMs = clock.millis();
    } catch (RuntimeException e) {
      report(e);
      closeAfter(e);
      throw e;
    }
  }

  /** Tells the service's diagnostics why the stream cannot go on. */
  private void report(RuntimeException failure) {
    if (failure instanceof StorageException storage
        && storage.kind() != StorageException.Kind.CONFIGURATION) {
      return;
    }
    if (running == null) {
      return; // It could not be opened: the message is not about its contents.
    }
    try {
      running.reportFatalError(failure.getMessage());
    } catch (StorageException e) {
      failure.addSuppressed(e);
    }
  }

  private void closeAfter(RuntimeException failure) {
    try {
      closeStream();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void write(RunningStream stream, List<PlacedRecord> records) {
    Position lastMarker = PlacedRecord.newestMarker(records);
    if (lastMarker.equals(Position.ZERO)) {
      // No marker among these records covers what an earlier one has announced.
      stream.publishPending();
    }
    LogProtocol protocol = stream.protocol();
    for (PlacedRecord placed : records) {
      Step step = protocol.accept(placed.record(), clock.millis());
      if (step instanceof Step.Apply apply) {
        stream.apply(apply.change(), placed.after());
      } else if (step instanceof Step.Empty empty) {
        stream.begin(empty, placed.after());
      } else if (step instanceof Step.Complete complete) {
        stream.complete(complete, placed.after());
      } else if (step instanceof Step.Publishable marker) {
        // A newer marker publishes this one's changes too, here or in the records that follow.
        if (marker.position().equals(lastMarker) && mayPublish()) {
          stream.publish(marker.position(), placed.after());
        } else {
          stream.advance(placed.after());
        }
      } else {
        if (step instanceof Step.Hold hold) {
          progress.held(hold.reason());
        }
        stream.advance(placed.after());
      }
    }
    progress.received(records.get(records.size() - 1).record().event().position());
    stream.finish();
  }
}
