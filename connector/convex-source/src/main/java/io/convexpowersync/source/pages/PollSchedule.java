package io.convexpowersync.source.pages;

import io.convexpowersync.source.stream.StreamClock;

/**
 * When to ask a deployment again whose log was read to the end: soon after something was written,
 * because more is likely, and ever more seldom while nothing is.
 */
final class PollSchedule {
  private static final long SHORTEST_MS = 50;

  /** The pause is this part of the time since the last write. */
  private static final long PART = 20;

  private final long idleIntervalMs;
  private final StreamClock clock;
  private long nextRequest = Long.MIN_VALUE;
  private long lastWrite = Long.MIN_VALUE;

  PollSchedule(long idleIntervalMs, StreamClock clock) {
    this.idleIntervalMs = idleIntervalMs;
    this.clock = clock;
  }

  /**
   * The log was read to its end.
   *
   * @param foundRows whether anything was written since the time before
   */
  void caughtUp(boolean foundRows) {
    long now = clock.elapsedMs();
    if (foundRows) {
      lastWrite = now;
    }
    nextRequest = now + intervalMs(now);
  }

  private long intervalMs(long now) {
    long wanted =
        lastWrite == Long.MIN_VALUE
            ? idleIntervalMs
            : Math.max(SHORTEST_MS, (now - lastWrite) / PART);
    return Math.min(wanted, idleIntervalMs);
  }

  /** There is something to ask at once. */
  void hurry() {
    nextRequest = Long.MIN_VALUE;
  }

  /** Time until the next request (ms). */
  long waitMs() {
    return nextRequest == Long.MIN_VALUE ? 0 : Math.max(0, nextRequest - clock.elapsedMs());
  }
}
