package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.Position;
import io.convexpowersync.source.stream.ManualClock;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class RetentionWatchTest {
  private static final long HOUR_MS = 3_600_000;

  private final String name = UUID.randomUUID().toString();
  private final ManualClock clock = new ManualClock();
  private final RetentionWatch watch = new RetentionWatch(name, 48 * HOUR_MS, clock);
  private final Optional<Position> position =
      Optional.of(Position.ofCommit(clock.wallMs() * 1_000_000));

  @Test
  void warnsWhenHalfOfTheRetentionHasPassed() throws IOException {
    clock.advance(24 * HOUR_MS);
    watch.look(position, false);
    assertThat(watch.isLate()).isFalse();
    clock.advance(60_000);
    watch.look(position, false);
    watch.look(position, false);
    assertThat(watch.isLate()).isTrue();
    List<String> lines = TestLog.lines(name);
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0))
        .contains(" WARN ", "is 1441 min old", "deployment.retention.ms=172800000");
  }

  @Test
  void aDeploymentThatIsIdleForMonthsIsNoReason() throws IOException {
    clock.advance(2_000 * HOUR_MS);
    watch.look(position, true);
    assertThat(watch.isLate()).isFalse();
    assertThat(TestLog.lines(name)).isEmpty();
  }

  @Test
  void whoHasCaughtUpIsNotLateAnyMore() {
    clock.advance(25 * HOUR_MS);
    watch.look(position, false);
    watch.look(position, true);
    assertThat(watch.isLate()).isFalse();
  }
}
