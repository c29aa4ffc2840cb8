package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.client.ConvexClientConfig;
import io.convexpowersync.client.ConvexException;
import io.convexpowersync.client.ConvexException.Kind;
import io.convexpowersync.client.HttpConvexDeployment;
import io.convexpowersync.source.metrics.RequestHealth;
import io.convexpowersync.source.stream.ManualClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a request is repeated, and for how long. */
final class RetryBudgetTest {
  private static final ConvexException BUSY =
      new ConvexException(Kind.TRANSIENT, "TooManyConcurrentRequests", "Busy.", null);

  private final ManualClock clock = new ManualClock();
  private double chance = 1;
  private final RetryBudget budget =
      new RetryBudget(
          new RetrySettings(600_000, 250, 30_000), clock, () -> chance, new RequestHealth(clock));

  @Test
  void thePausesDoubleUpToTheLongest() {
    assertThat(pauses(10))
        .containsExactly(
            250L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L, 30_000L);
  }

  @Test
  void chanceShortensAPauseByUpToAHalf() {
    chance = 0;
    assertThat(pauses(3)).containsExactly(125L, 250L, 500L);
  }

  @Test
  void aSuccessStartsAnew() {
    pauses(5);
    budget.succeeded();
    assertThat(budget.waitMs()).isZero();
    assertThat(pauses(1)).containsExactly(250L);
  }

  @Test
  void theLastAttemptIsAtTheEndOfTheBudget() {
    long start = clock.elapsedMs();
    while (budget.failed(BUSY)) {
      clock.advance(budget.waitMs());
    }
    assertThat(clock.elapsedMs() - start).isEqualTo(600_000);
    assertThat(budget.spent())
        .isEqualTo("Gave up after 27 attempts in 600 s (retry.timeout.ms=600000).");
  }

  @Test
  void noBudgetMeansNoRetry() {
    assertThat(
            new RetryBudget(
                    new RetrySettings(0, 250, 30_000), clock, () -> 1, new RequestHealth(clock))
                .failed(BUSY))
        .isFalse();
  }

  @Test
  void aServerThatAsksForMoreTimeGetsIt() throws IOException {
    budget.failed(asksToWait(45));
    assertThat(budget.waitMs()).isEqualTo(45_000);
  }

  @Test
  void aServerThatAsksForLessThanThePauseGetsThePause() throws IOException {
    pauses(7);
    budget.failed(asksToWait(1));
    assertThat(budget.waitMs()).isEqualTo(30_000);
  }

  @Test
  void aServerThatAsksForADayIsAskedAgainAtTheEndOfTheBudget() throws IOException {
    budget.failed(asksToWait(86_400));
    assertThat(budget.waitMs()).isEqualTo(600_000);
  }

  /** What the client makes of an answer with Retry-After. */
  private static ConvexException asksToWait(long seconds) throws IOException {
    try (StubServer server = StubServer.answering(429, "Retry-After: " + seconds + "\r\n", "");
        HttpConvexDeployment deployment =
            new HttpConvexDeployment(ConvexClientConfig.of(server.url(), "otter|01ab", "1.0.0"))) {
      deployment.headTimestamp();
      throw new AssertionError("No failure");
    } catch (ConvexException e) {
      return e;
    }
  }

  private List<Long> pauses(int failures) {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < failures; i++) {
      budget.failed(BUSY);
      pauses.add(budget.waitMs());
      clock.advance(budget.waitMs());
    }
    return pauses;
  }
}
