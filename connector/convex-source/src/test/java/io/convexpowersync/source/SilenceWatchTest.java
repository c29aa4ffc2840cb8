package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.source.metrics.RequestHealth;
import io.convexpowersync.source.stream.ManualClock;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class SilenceWatchTest {
  private final String name = UUID.randomUUID().toString();
  private final ManualClock clock = new ManualClock();
  private final RequestHealth health = new RequestHealth(clock);
  private final SilenceWatch watch = new SilenceWatch(name, 5_000, health, clock);

  @Test
  void saysOnceInFiveMinutesThatADeploymentIsSilent() throws IOException {
    health.failed();
    for (int second = 0; second < 600; second++) {
      clock.advance(1_000);
      watch.look();
    }
    assertThat(TestLog.lines(name)).hasSize(2);
    assertThat(TestLog.lines(name).get(0))
        .contains("WARN")
        .endsWith("the deployment has not answered as it should for 65 s (1 failed attempts)");
  }

  @Test
  void saysNothingAboutADeploymentThatAnswers() throws IOException {
    for (int request = 0; request < 100; request++) {
      clock.advance(64_000);
      watch.look();
      health.succeeded();
    }
    assertThat(TestLog.lines(name)).isEmpty();
  }
}
