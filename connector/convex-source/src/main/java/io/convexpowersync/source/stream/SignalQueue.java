package io.convexpowersync.source.stream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Signals that wait for their turn. Thread-safe.
 *
 * <p>A snapshot is asked for when the stream has read the log to its end, and not before: a task
 * that crashed and reads the signal again then knows at least the tables that it knew before, so it
 * begins with the same ones. What consumers have emptied for a snapshot is thus always filled.
 */
public final class SignalQueue {
  private final Deque<Signal> waiting = new ArrayDeque<>();

  public synchronized void add(Signal signal) {
    waiting.add(signal);
  }

  /** The next signal that the stream can take, if there is one. */
  public synchronized Optional<Signal> next(ChangeStream stream) {
    Optional<Signal> stop = waiting.stream().filter(SignalQueue::isStop).findFirst();
    if (stop.isPresent()) {
      // What was asked for before it is not wanted any more.
      while (!isStop(waiting.element())) {
        waiting.remove();
      }
      return Optional.of(waiting.remove());
    }
    // Before the first offset nothing could remember it.
    boolean ready =
        !waiting.isEmpty()
            && stream.offset().isPresent()
            && (waiting.element().command().isEmpty() || stream.mayTakeSnapshot());
    return ready ? Optional.of(waiting.remove()) : Optional.empty();
  }

  private static boolean isStop(Signal signal) {
    return signal.command().filter(SnapshotCommand.Stop.class::isInstance).isPresent();
  }
}
