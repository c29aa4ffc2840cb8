package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.source.metrics.RequestHealth;
import io.convexpowersync.source.stream.ManualClock;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

final class WatchdogTest {
  private final ManualClock clock = new ManualClock();
  private final RequestHealth health = new RequestHealth(clock);
  private final Watchdog watchdog = new Watchdog(60_000, 1_000, health, clock);

  @Test
  void endsATaskWhoseRequestNeitherFailsNorGetsOn() {
    health.succeeded();
    pollFor(61_000);
    clock.advance(1_000);
    assertThatThrownBy(watchdog::look)
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("62 s (watchdog.timeout.ms)")
        .hasMessageContaining("Restart the task");
  }

  @Test
  void everyAnswerSetsItBack() {
    for (int i = 0; i < 5; i++) {
      pollFor(50_000);
      health.succeeded();
    }
  }

  @Test
  void leavesRequestsThatFailToTheRetries() {
    health.failed();
    pollFor(600_000);
  }

  @Test
  void aPauseDoesNotCount() {
    pollFor(50_000);
    clock.advance(86_400_000);
    pollFor(60_000);
  }

  private void pollFor(long millis) {
    for (long passed = 0; passed < millis; passed += 1_000) {
      clock.advance(1_000);
      assertThatCode(watchdog::look).doesNotThrowAnyException();
    }
  }
}
