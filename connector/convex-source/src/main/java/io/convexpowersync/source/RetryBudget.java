package io.convexpowersync.source;

import io.convexpowersync.client.ConvexException;
import io.convexpowersync.source.metrics.RequestHealth;
import io.convexpowersync.source.stream.StreamClock;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spaces the attempts of a request that fails for the moment, and knows when it has failed for too
 * long. The pauses double, with jitter, so that many tasks do not come back together. A deployment
 * that fails again and again does not fill the log: one line per {@link #LOG_INTERVAL_MS}.
 */
final class RetryBudget {
  private static final Logger LOG = LoggerFactory.getLogger(RetryBudget.class);
  private static final long LOG_INTERVAL_MS = 10_000;

  private final RetrySettings settings;
  private final StreamClock clock;
  private final DoubleSupplier random;
  private final RequestHealth health;
  private int attempts;
  private long failingSince;
  private long nextAttempt;
  private long nextLine = Long.MIN_VALUE;
  private int unsaid;
  private boolean said;

  /**
   * A budget.
   *
   * @param settings its size and the pauses
   * @param clock time
   * @param random numbers from 0 to 1
   * @param health is told how it goes
   */
  RetryBudget(
      RetrySettings settings, StreamClock clock, DoubleSupplier random, RequestHealth health) {
    this.settings = settings;
    this.clock = clock;
    this.random = random;
    this.health = health;
  }

  void succeeded() {
    health.succeeded();
    if (attempts > 0 && said) {
      LOG.info("The deployment answers again after {} failed attempts", attempts);
    }
    reset();
  }

  /** Starts anew. */
  void reset() {
    attempts = 0;
    said = false;
  }

  /** Plans the next attempt, and says so; false when the budget is used up. */
  boolean failed(ConvexException failure) {
    boolean goesOn = plan(failure);
    if (goesOn) {
      say(failure);
    }
    return goesOn;
  }

  /** Plans the next attempt; false when the budget is used up. */
  boolean plan(ConvexException failure) {
    health.failed();
    long now = clock.elapsedMs();
    if (attempts++ == 0) {
      failingSince = now;
    }
    long leftMs = settings.timeoutMs() - (now - failingSince);
    if (leftMs <= 0) {
      return false;
    }
    nextAttempt = now + Math.min(pauseMs(failure), leftMs);
    return true;
  }

  private void say(ConvexException failure) {
    long now = clock.elapsedMs();
    if (now < nextLine) {
      unsaid++;
      return;
    }
    LOG.warn(
        "{} Attempt {}, next one in {} ms{}",
        failure.getMessage(),
        attempts,
        waitMs(),
        unsaid == 0 ? "" : "; %d failures before it were not logged".formatted(unsaid));
    nextLine = now + LOG_INTERVAL_MS;
    unsaid = 0;
    said = true;
  }

  /** Says how much was tried. */
  String spent() {
    return "Gave up after %d attempts in %d s (%s=%d)."
        .formatted(
            attempts,
            (clock.elapsedMs() - failingSince) / 1000,
            SourceConfigDef.RETRY_TIMEOUT_MS,
            settings.timeoutMs());
  }

  /** Time until the next attempt (ms). */
  long waitMs() {
    return attempts == 0 ? 0 : Math.max(0, nextAttempt - clock.elapsedMs());
  }

  private long pauseMs(ConvexException failure) {
    int doublings = Math.min(attempts - 1, 16);
    long full = Math.min(settings.longestPauseMs(), settings.firstPauseMs() << doublings);
    long jittered = (long) (full * (0.5 + random.getAsDouble() / 2));
    return Math.max(jittered, failure.retryAfter().map(Duration::toMillis).orElse(0L));
  }
}
