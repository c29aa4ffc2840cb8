package io.convexpowersync.source.metrics;

import io.convexpowersync.source.stream.StreamClock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How the requests to a deployment fare. Written by one thread, read by any. */
public final class RequestHealth {
  private final StreamClock clock;
  private final AtomicInteger attempts = new AtomicInteger();
  private final AtomicLong failures = new AtomicLong();
  private final long startedAt;
  private volatile long succeededAt = -1;

  /** Of a task that starts now. */
  public RequestHealth(StreamClock clock) {
    this.clock = clock;
    this.startedAt = clock.elapsedMs();
  }

  /** The deployment answered as it should. */
  public void succeeded() {
    succeededAt = clock.elapsedMs();
    attempts.set(0);
  }

  /** A request failed. */
  public void failed() {
    attempts.incrementAndGet();
    failures.incrementAndGet();
  }

  /** Time since the last success, or since the start when there was none (ms). */
  public long silentMs() {
    return clock.elapsedMs() - (succeededAt < 0 ? startedAt : succeededAt);
  }

  /** Failures since the last success. */
  public int attempts() {
    return attempts.get();
  }

  /** Failures since the start. */
  long failures() {
    return failures.get();
  }

  /** Time since the last success (ms); -1 when there was none. */
  long sinceSuccessMs() {
    return succeededAt < 0 ? -1 : silentMs();
  }
}
