package io.convexpowersync.source;

import io.convexpowersync.client.ConvexException;
import io.convexpowersync.source.stream.StreamClock;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spaces the attempts of a request that fails for the moment, and gives up when it has failed for
 * too long. The pauses double, with jitter, so that many tasks do not come back together.
 */
final class RetryBudget {
  private static final Logger LOG = LoggerFactory.getLogger(RetryBudget.class);
  private static final long FIRST_PAUSE_MS = 250;
  private static final long LONGEST_PAUSE_MS = 30_000;

  private final long budgetMs;
  private final StreamClock clock;
  private final DoubleSupplier random;
  private int attempts;
  private long failingSince;
  private long nextAttempt;

  /**
   * A budget.
   *
   * @param budgetMs how long to retry
   * @param clock time
   * @param random numbers from 0 to 1
   */
  RetryBudget(long budgetMs, StreamClock clock, DoubleSupplier random) {
    this.budgetMs = budgetMs;
    this.clock = clock;
    this.random = random;
  }

  void succeeded() {
    if (attempts > 0) {
      LOG.info("The deployment answers again after {} failed attempts", attempts);
    }
    attempts = 0;
  }

  /**
   * Plans the next attempt.
   *
   * @throws ConnectException when the budget is used up
   */
  void failed(ConvexException failure) {
    long now = clock.elapsedMs();
    if (attempts++ == 0) {
      failingSince = now;
    }
    long failingMs = now - failingSince;
    if (failingMs >= budgetMs) {
      throw new ConnectException(
          ("%s Gave up after %d attempts in %d s (retry.timeout.ms=%d). Restart the task when the"
                  + " deployment can be reached: it goes on where it was.")
              .formatted(failure.getMessage(), attempts, failingMs / 1000, budgetMs),
          failure);
    }
    long pause = Math.min(pauseMs(failure), budgetMs - failingMs);
    nextAttempt = now + pause;
    LOG.warn("{} Attempt {}, next one in {} ms", failure.getMessage(), attempts, pause);
  }

  /** Time until the next attempt (ms). */
  long waitMs() {
    return attempts == 0 ? 0 : Math.max(0, nextAttempt - clock.elapsedMs());
  }

  private long pauseMs(ConvexException failure) {
    int doublings = Math.min(attempts - 1, 16);
    long full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << doublings);
    long jittered = (long) (full * (0.5 + random.getAsDouble() / 2));
    return Math.max(jittered, failure.retryAfter().map(Duration::toMillis).orElse(0L));
  }
}
