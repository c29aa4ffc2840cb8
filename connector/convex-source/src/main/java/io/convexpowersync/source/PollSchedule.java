package io.convexpowersync.source;

import io.convexpowersync.source.stream.StreamClock;

/** When to ask a deployment again whose log was read to the end. */
final class PollSchedule {
  private static final long ACTIVE_INTERVAL_MS = 50;
  private static final long ACTIVE_MS = 10_000;

  private final long idleIntervalMs;
  private final StreamClock clock;
  private long nextRequest = Long.MIN_VALUE;
  private long activeUntil = Long.MIN_VALUE;

  PollSchedule(long idleIntervalMs, StreamClock clock) {
    this.idleIntervalMs = idleIntervalMs;
    this.clock = clock;
  }

  /** The log was read to its end. Where something was written lately, more is likely. */
  void caughtUp(boolean foundRows) {
    long now = clock.elapsedMs();
    if (foundRows) {
      activeUntil = now + ACTIVE_MS;
    }
    nextRequest =
        now + (now < activeUntil ? Math.min(ACTIVE_INTERVAL_MS, idleIntervalMs) : idleIntervalMs);
  }

  /** Time until the next request (ms). */
  long waitMs() {
    return nextRequest == Long.MIN_VALUE ? 0 : Math.max(0, nextRequest - clock.elapsedMs());
  }
}
