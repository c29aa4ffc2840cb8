package io.convexpowersync.sink;

import io.convexpowersync.events.Position;
import io.convexpowersync.sink.log.LogRefusedException;
import io.convexpowersync.sink.log.LogState;
import io.convexpowersync.sink.log.Step;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.storage.StreamId;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Writes one stream, and opens it again after failures: whatever fails, memory may no longer agree
 * with the storage, so it is read back, and what was written already is dropped when it is given
 * again. Not thread-safe.
 */
final class StreamDriver implements AutoCloseable {
  /** Longer than a lease, so that a session that is only thought to be alive has lost it. */
  private static final long LOST_SESSION_MS = 90_000;

  /** What a stream is written with. */
  record Context(StreamSource source, SinkOptions options, Clock clock) {}

  private final Context context;
  private Predicate<Position> mayActivate;
  private boolean live;
  private SinkProgress progress;

  /** The stream that is written, also between a failure and the next attempt. */
  private Optional<StreamId> stream;

  private RunningStream running;
  private final RepeatedBatch batch = new RepeatedBatch();
  private long heldMs = Long.MIN_VALUE / 2;

  private StreamDriver(
      Context context,
      Optional<StreamId> stream,
      Predicate<Position> mayActivate,
      SinkProgress progress) {
    this.context = context;
    this.stream = stream;
    this.live = stream.isEmpty();
    this.mayActivate = mayActivate;
    this.progress = progress;
  }

  /** For the stream that the source picks. It takes over from one that nobody writes any more. */
  static StreamDriver picking(Context context, SinkProgress progress) {
    return new StreamDriver(context, Optional.empty(), hasReachedWhatIsServed(context), progress);
  }

  private static Predicate<Position> hasReachedWhatIsServed(Context context) {
    return position ->
        context.source().servedLsn().stream().allMatch(lsn -> lsn.nanos() <= position.ts());
  }

  /**
   * For a stream that is built beside the live one.
   *
   * @param mayActivate whether it may take over at a position
   */
  static StreamDriver building(
      Context context, StreamId stream, Predicate<Position> mayActivate, SinkProgress progress) {
    return new StreamDriver(context, Optional.of(stream), mayActivate, progress);
  }

  /** The open stream; opens it if it is not. */
  RunningStream running() {
    if (running == null) {
      running = open();
      stream = Optional.of(running.stream().id());
    }
    return running;
  }

  /** The stream that is written; empty before it is opened for the first time. */
  Optional<StreamId> stream() {
    return stream;
  }

  /** Is closed, and picks a stream again when it is opened. */
  void reset() {
    stream = Optional.empty();
    batch.forget();
    close();
  }

  /** Leaves the stream, which is closed, for another one. */
  void leaveFor(StreamId other) {
    stream = Optional.of(other);
    batch.forget();
    heldMs = Long.MIN_VALUE / 2;
  }

  /** Is the live stream from now on. */
  void goLive(SinkProgress other) {
    live = true;
    mayActivate = hasReachedWhatIsServed(context);
    countIn(other);
  }

  /** Counts elsewhere from now on. */
  void countIn(SinkProgress other) {
    progress = other;
    if (running != null) {
      running.countIn(other);
    }
  }

  /** What is durable of the log; empty while the stream is not open. */
  Optional<LogState> durable() {
    return Optional.ofNullable(running).map(open -> open.durable().log());
  }

  private RunningStream open() {
    OpenStream opened = openWriter();
    try {
      return new RunningStream(
          opened, this::mayActivate, context.options(), context.clock(), progress);
    } catch (RuntimeException e) {
      opened.writer().close();
      throw e;
    }
  }

  private boolean mayActivate(Position position) {
    return mayActivate.test(position);
  }

  private OpenStream openWriter() {
    try {
      return context.source().open(stream);
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
    return context.clock().millis() - heldMs <= LOST_SESSION_MS;
  }

  /** Runs something that writes. After a failure the stream is closed. */
  void guarded(Runnable action) {
    try {
      action.run();
      heldMs = context.clock().millis();
    } catch (RuntimeException e) {
      report(e);
      closeAfter(e);
      throw e;
    }
  }

  /** Tells the service's diagnostics why the stream cannot go on. */
  void report(RuntimeException failure) {
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
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Writes records, in order. When it returns, their effects and the place behind are durable. */
  void write(List<PlacedRecord> records) {
    guarded(
        () -> {
          RunningStream open = running();
          List<PlacedRecord> rest = batch.rest(records, open.durable().input());
          if (!rest.isEmpty()) {
            write(open, rest);
          }
          batch.forget();
        });
  }

  /** Keeps the lease while there is nothing to write. */
  void idle() {
    guarded(() -> running().idle());
  }

  /** Publishes what was put off, if it is time. */
  void publishPending() {
    if (mayPublish()) {
      guarded(() -> running().publishPending());
    }
  }

  /**
   * In how many milliseconds a publication is due that was put off, unless records come before;
   * empty when there is none.
   */
  OptionalLong publicationDueMs() {
    return running == null || running.pending().isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(
            Math.max(0, context.options().checkpointInterval().toMillis() - sinceLastMs()));
  }

  /** Checkpoints are published at most once per interval. */
  private boolean mayPublish() {
    long since = sinceLastMs();
    // A clock that was set back must not stop it.
    return since < 0 || since >= context.options().checkpointInterval().toMillis();
  }

  private long sinceLastMs() {
    return context.clock().millis() - progress.publications().lastMs();
  }

  private void write(RunningStream open, List<PlacedRecord> records) {
    Position lastMarker = PlacedRecord.newestMarker(records);
    if (lastMarker.equals(Position.ZERO)) {
      // No marker among these records covers what an earlier one has announced.
      open.publishPending();
    }
    for (PlacedRecord placed : records) {
      Step step = open.next(placed);
      if (step instanceof Step.Apply apply) {
        open.apply(apply.change(), placed.after());
      } else if (step instanceof Step.Begin begin) {
        open.begin(begin, placed.after());
      } else if (step instanceof Step.End end) {
        open.end(end, placed.after());
      } else if (step instanceof Step.Complete complete) {
        open.complete(complete, placed.after());
      } else if (step instanceof Step.Publishable marker
          // A newer marker publishes this one's changes too, here or in the records that follow.
          && marker.position().equals(lastMarker)
          && mayPublish()) {
        open.publish(marker.position(), placed.after());
      } else {
        held(step);
        open.advance(placed.after());
      }
    }
    open.protocol().silence().ifPresent(this::held);
    progress.received(records.get(records.size() - 1).record().event().position());
    open.finish();
  }

  /** A stream that is built says at its end what it lacks. */
  private void held(Step step) {
    if (live && step instanceof Step.Hold hold) {
      progress.held(hold.reason());
    } else if (live && step instanceof Step.Refuse refuse) {
      throw new LogRefusedException(refuse.reason());
    }
  }

  @Override
  public void close() {
    if (running != null) {
      RunningStream closing = running;
      running = null;
      progress.closed();
      closing.close();
    }
  }
}
