package io.convexpowersync.sink;

import io.convexpowersync.sink.log.LogRefusedException;
import io.convexpowersync.sink.log.LogState;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.storage.StreamId;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log of a deployment into one replication stream, and builds the next one beside it:
 * what both the Kafka Connect task and the standalone runner drive.
 *
 * <ol>
 *   <li>Nothing becomes visible before a resolved marker, and a marker publishes everything before
 *       it and nothing after it.
 *   <li>Data, the place in the log and the publication share one transaction, so what {@link
 *       #durablePlace} says is exactly what the storage holds.
 *   <li>After any exception from {@link #put}, the same records may be given again: the core reads
 *       back what is durable, and drops what it has already written.
 *   <li>Building another stream and clearing replaced ones happens on threads and database
 *       connections of their own. They hold up the live stream only for the short time of a
 *       hand-over.
 * </ol>
 *
 * <p>All methods may be called from any thread; one runs at a time.
 */
public final class SinkCore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SinkCore.class);

  /** Makes another stream active. */
  interface HandOver {
    boolean takesOver() throws InterruptedException;
  }

  private final StreamDriver.Context context;
  private final Optional<LogHistory> history;
  private final SinkProgress progress;

  private StreamDriver driver;
  private RuntimeException releaseFailure;
  private volatile SinkThreads threads;

  /**
   * @param source opens streams, again after a failure
   * @param history where a stream that is built beside the live one is read from
   * @param options limits
   * @param clock wall clock
   */
  public SinkCore(StreamSource source, LogHistory history, SinkOptions options, Clock clock) {
    this(new StreamDriver.Context(source, options, clock), Optional.of(history));
  }

  /**
   * @param history empty: without threads
   */
  SinkCore(StreamDriver.Context context, Optional<LogHistory> history) {
    this.context = context;
    this.history = history;
    this.progress = new SinkProgress(context.clock(), context.options().progress(), "");
    this.driver = StreamDriver.picking(context, progress);
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

  /** The stream that is built beside the live one, if one is. Does not wait. */
  public Optional<RebuildProgress> rebuild() {
    return Optional.ofNullable(threads).flatMap(SinkThreads::rebuildProgress);
  }

  /** Where this core stands. */
  public SinkGauges gauges() {
    return progress.gauges();
  }

  /** The records cannot be read: the service's diagnostics show why, as far as possible. */
  synchronized void refused(RuntimeException reason) {
    driver.report(reason);
  }

  /**
   * Writes records, in order. When it returns, all their effects and the place behind them are
   * durable.
   *
   * @throws StorageException kind TRANSIENT: call again with the same records; others: stop
   * @throws LogRefusedException when this is not the stream's log
   * @throws StreamChangedException when another stream is written from now on: read again from
   *     {@link #durablePlace}
   */
  public void put(List<PlacedRecord> records) {
    put(records, () -> true);
  }

  /**
   * Like {@link #put(List)}, unless somebody else has become the one who gives records.
   *
   * @param wanted asked while nothing else is written and no stream takes over
   */
  public synchronized void put(List<PlacedRecord> records, BooleanSupplier wanted) {
    if (!wanted.getAsBoolean()) {
      return;
    }
    if (records.isEmpty()) {
      idle();
    } else {
      attempt(() -> driver.write(records));
    }
  }

  /**
   * Keeps the lease while there is nothing to write, and publishes what was put off. To be called
   * every few seconds, and when {@link #publicationDueMs} says. Opens the stream again after a
   * failure. Throws what {@link #put} throws.
   */
  public synchronized void idle() {
    if (driver.stream().isPresent()) {
      attempt(
          () -> {
            driver.publishPending();
            driver.idle();
          });
    }
  }

  /**
   * In how many milliseconds {@link #idle} should be called to publish a checkpoint that was put
   * off, unless records come before; empty when there is none.
   */
  public synchronized OptionalLong publicationDueMs() {
    return driver.publicationDueMs();
  }

  private void attempt(Runnable action) {
    try {
      running();
      action.run();
    } catch (StorageException | LogRefusedException e) {
      throw changedOr(e);
    }
  }

  private RunningStream running() {
    if (releaseFailure != null) {
      throw releaseFailure;
    }
    RunningStream open = driver.running();
    if (threads == null && history.isPresent()) {
      threads = SinkThreads.start(this, history.get(), context, progress::publications);
    }
    return open;
  }

  /** A stream that cannot go on makes room for one that waits to be built. */
  private RuntimeException changedOr(RuntimeException failure) {
    StorageException.Kind kind =
        failure instanceof StorageException storage
            ? storage.kind()
            : StorageException.Kind.CONFIGURATION;
    Optional<StreamId> lost = driver.stream();
    if (kind == StorageException.Kind.TRANSIENT || lost.isEmpty()) {
      return failure;
    }
    boolean onlyIfStopped = kind == StorageException.Kind.FENCED;
    Optional<StreamId> next = context.source().replacement(lost.get(), onlyIfStopped);
    if (next.isEmpty()) {
      return failure;
    }
    if (threads != null && threads.leave(next.get())) {
      return new StorageException(
          StorageException.Kind.TRANSIENT,
          "Replication stream " + next.get() + " is about to take over.",
          failure);
    }
    LOG.warn(
        "Replication stream {} cannot go on, and stream {} is written instead: {}",
        lost.get(),
        next.get(),
        failure.getMessage());
    releaseFailure = null;
    driver.leaveFor(next.get());
    return new StreamChangedException(next.get(), failure);
  }

  /**
   * Releases waiting write checkpoints on an idle deployment: publishes the LSN again that clients
   * see, if everything written is published and the rules say that it is time. A failure that stays
   * is for whoever drives the core: the next call of theirs throws it.
   */
  synchronized void release(WriteCheckpointRules rules) {
    if (driver.stream().isEmpty() || releaseFailure != null) {
      return;
    }
    try {
      driver.guarded(() -> releaseIfDue(driver.running(), rules));
    } catch (StorageException e) {
      releaseFailure = e.kind() == StorageException.Kind.TRANSIENT ? null : e;
      throw e;
    }
  }

  private void releaseIfDue(RunningStream stream, WriteCheckpointRules rules) {
    stream
        .releasable()
        .filter(lsn -> rules.due(lsn, progress.publications(), context.clock().millis()))
        .ifPresent(stream::release);
  }

  /** The stream that this core is given records for; empty when it is closed. */
  synchronized Optional<StreamId> written() {
    return driver.stream();
  }

  /** What the live stream has consumed; empty while it is not open. */
  synchronized Optional<LogState> live() {
    return driver.durable();
  }

  /**
   * Gives another stream the chance to become the live one, while nothing is written to this one.
   *
   * @param attempt tells whether the other one is active now
   */
  synchronized boolean handOver(StreamDriver other, HandOver attempt) throws InterruptedException {
    if (driver.stream().isEmpty() || !attempt.takesOver()) {
      return false;
    }
    LOG.info(
        "Replication stream {} takes over from stream {}",
        other.stream().orElseThrow(),
        driver.stream().orElseThrow());
    StreamDriver old = driver;
    other.running().goesOnBehind(old.running());
    driver = other;
    driver.goLive(progress);
    releaseFailure = null;
    old.close();
    return true;
  }

  /** Gives the lease back. The next call of {@link #durablePlace} or {@link #put} opens again. */
  @Override
  public void close() {
    Optional<SinkThreads> ending;
    synchronized (this) {
      ending = Optional.ofNullable(threads);
      threads = null;
      releaseFailure = null;
      ending.ifPresent(SinkThreads::stop);
      driver.reset();
    }
    ending.ifPresent(SinkThreads::awaitEnd);
  }
}
