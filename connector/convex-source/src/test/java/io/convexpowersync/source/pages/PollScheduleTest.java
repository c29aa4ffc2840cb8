package io.convexpowersync.source.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.source.stream.ManualClock;
import org.junit.jupiter.api.Test;

final class PollScheduleTest {
  private final ManualClock clock = new ManualClock();
  private final PollSchedule schedule = new PollSchedule(1000, clock);

  @Test
  void theFirstRequestNeedNotWait() {
    assertThat(schedule.waitMs()).isZero();
  }

  @Test
  void anIdleDeploymentIsAskedOncePerInterval() {
    schedule.caughtUp(false);
    assertThat(schedule.waitMs()).isEqualTo(1000);
    clock.advance(999);
    assertThat(schedule.waitMs()).isEqualTo(1);
    clock.advance(5);
    assertThat(schedule.waitMs()).isZero();
  }

  @Test
  void afterAWriteThePausesGrowWithTheTimeSinceThen() {
    schedule.caughtUp(true);
    assertThat(schedule.waitMs()).isEqualTo(50);
    for (long[] sinceAndPause : new long[][] {{1_000, 50}, {4_000, 200}, {20_000, 1000}}) {
      clock.advance(sinceAndPause[0] - clock.elapsedMs());
      schedule.caughtUp(false);
      assertThat(schedule.waitMs()).isEqualTo(sinceAndPause[1]);
    }
    clock.advance(1_000_000);
    schedule.caughtUp(false);
    assertThat(schedule.waitMs()).isEqualTo(1000);
    schedule.caughtUp(true);
    assertThat(schedule.waitMs()).isEqualTo(50);
  }

  @Test
  void aShortIntervalIsNeverMadeLonger() {
    PollSchedule eager = new PollSchedule(10, clock);
    eager.caughtUp(true);
    assertThat(eager.waitMs()).isEqualTo(10);
  }

  @Test
  void whatIsUrgentDoesNotWait() {
    schedule.caughtUp(false);
    schedule.hurry();
    assertThat(schedule.waitMs()).isZero();
  }
}
