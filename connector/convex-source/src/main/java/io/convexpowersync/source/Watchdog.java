package io.convexpowersync.source;

import io.convexpowersync.source.metrics.RequestHealth;
import io.convexpowersync.source.stream.StreamClock;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Ends a task whose request neither fails nor gets on: a transfer that trickles, or a thread that
 * is stuck. A request that fails is the retries' affair. Time in which Connect does not poll, as
 * while a connector is paused, does not count. Used by one thread.
 */
final class Watchdog {
  /** Connect polls at least that often (ms). */
  private static final long PAUSED_MS = 10_000;

  private final long limitMs;
  private final RequestHealth health;
  private final StreamClock clock;
  private long awakeSince;
  private long lastLook;

  /**
   * A watchdog.
   *
   * @param limitMs how long a request may take
   * @param pollIntervalMs how long an idle deployment is not asked
   * @param health how the requests fare
   * @param clock time
   */
  Watchdog(long limitMs, long pollIntervalMs, RequestHealth health, StreamClock clock) {
    this.limitMs = limitMs + pollIntervalMs;
    this.health = health;
    this.clock = clock;
    this.awakeSince = clock.elapsedMs();
    this.lastLook = awakeSince;
  }

  /**
   * To be called by every poll.
   *
   * @throws ConnectException when there was no answer for too long
   */
  void look() {
    long now = clock.elapsedMs();
    if (now - lastLook > PAUSED_MS) {
      awakeSince = now;
    }
    lastLook = now;
    long stuckMs = Math.min(health.silentMs(), now - awakeSince);
    if (stuckMs > limitMs && health.attempts() == 0) {
      throw new ConnectException(
          ("The deployment neither answered a request nor refused it for %d s (%s). Restart the"
                  + " task, which goes on where it was; if that does not help, look for a proxy in"
                  + " between, or at the deployment's load")
              .formatted(stuckMs / 1000, SourceConfigDef.WATCHDOG_TIMEOUT_MS));
    }
  }
}
