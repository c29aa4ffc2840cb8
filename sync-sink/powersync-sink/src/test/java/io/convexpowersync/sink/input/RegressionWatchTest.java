package io.convexpowersync.sink.input;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.sink.log.LogRefusedException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegressionWatchTest {
  private static final long START = 1_000_000;

  private final RegressionWatch watch = new RegressionWatch(Duration.ofSeconds(60), START);

  @Test
  void aSourceThatRepeatsASuffixAndCatchesUpIsFine() {
    watch.published(Position.ofCommit(500));
    accept(400, START + 1_000);
    accept(450, START + 60_000);
    accept(500, START + 61_000);
    accept(400, START + 80_000);
    assertThatCode(() -> accept(499, START + 139_000)).doesNotThrowAnyException();
  }

  @Test
  void aLogThatStaysInThePastIsRefused() {
    watch.published(Position.ofCommit(500));
    accept(400, START + 1_000);
    accept(401, START + 61_000);
    assertThatThrownBy(() -> accept(402, START + 62_000))
        .isInstanceOf(LogRefusedException.class)
        .hasMessageContaining("402")
        .hasMessageContaining("500")
        .hasMessageContaining("deployment.url")
        .hasMessageContaining("deploy the sync config again");
  }

  @Test
  void whatWasEmittedBeforeItBeganIsReadAgainAndProvesNothing() {
    watch.published(Position.ofCommit(500));
    accept(100, START - 900_000);
    assertThatCode(() -> accept(200, START - 1)).doesNotThrowAnyException();
  }

  private void accept(long ts, long emittedMs) {
    watch.accept(
        new LogRecord(
            new LogOrigin("tidy-otter-7", "app", "test"),
            new Marker.Resolved(Position.ofCommit(ts), Optional.empty(), emittedMs)));
  }
}
