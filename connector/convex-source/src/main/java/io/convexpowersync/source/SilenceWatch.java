package io.convexpowersync.source;

import io.convexpowersync.source.metrics.RequestHealth;
import io.convexpowersync.source.stream.StreamClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when a deployment has not answered for a long time, because Connect shows a task as RUNNING
 * while it waits. Used by one thread.
 */
final class SilenceWatch {
  private static final Logger LOG = LoggerFactory.getLogger(SilenceWatch.class);
  private static final long PATIENCE_MS = 60_000;
  private static final long REPEAT_MS = 300_000;

  private final String name;
  private final long patienceMs;
  private final RequestHealth health;
  private final StreamClock clock;
  private long nextLine = Long.MIN_VALUE;

  /**
   * A watch.
   *
   * @param name the connector's {@code topic.prefix}
   * @param pollIntervalMs how long an idle deployment is not asked
   * @param health how the requests fare
   * @param clock time
   */
  SilenceWatch(String name, long pollIntervalMs, RequestHealth health, StreamClock clock) {
    this.name = name;
    this.patienceMs = PATIENCE_MS + pollIntervalMs;
    this.health = health;
    this.clock = clock;
  }

  void look() {
    long silentMs = health.silentMs();
    if (silentMs < patienceMs) {
      nextLine = Long.MIN_VALUE;
    } else if (clock.elapsedMs() >= nextLine) {
      LOG.warn(
          "{}: the deployment has not answered as it should for {} s ({} failed attempts)",
          name,
          silentMs / 1000,
          health.attempts());
      nextLine = clock.elapsedMs() + REPEAT_MS;
    }
  }
}
