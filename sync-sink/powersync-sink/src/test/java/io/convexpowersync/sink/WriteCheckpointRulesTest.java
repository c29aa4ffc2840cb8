package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.storage.Lsn;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WriteCheckpointRulesTest {
  private static final Lsn LSN = new Lsn(1_785_412_800_000_000_000L);
  private static final long NOW = 1_000_000;

  private final WriteCheckpointRules rules = new WriteCheckpointRules(Duration.ofMillis(250));

  @Test
  void nothingIsDueWhenNothingWaits() {
    assertThat(due(published(3, NOW - 10_000))).isFalse();
  }

  @Test
  void aRequestAtThePublishedPositionIsDue() {
    rules.noticed(LSN, 3);
    assertThat(due(published(3, NOW - 10_000))).isTrue();
  }

  @Test
  void aRequestAboveThePublishedPositionWaitsForIt() {
    rules.noticed(new Lsn(LSN.nanos() + 1), 3);
    assertThat(due(published(3, NOW - 10_000))).isFalse();
  }

  @Test
  void theLowestOfSeveralDecides() {
    rules.noticed(new Lsn(LSN.nanos() - 1), 3);
    rules.noticed(new Lsn(LSN.nanos() + 1), 3);
    assertThat(due(published(3, NOW - 10_000))).isTrue();
  }

  @Test
  void aPublicationThatStartsLaterSettlesIt() {
    rules.noticed(LSN, 3);
    assertThat(due(published(4, NOW - 10_000))).isFalse();
    assertThat(due(published(4, NOW - 10_000))).isFalse();
  }

  @Test
  void aPublicationThatHadStartedAlreadyDoesNotSettleIt() {
    rules.noticed(LSN, 4);
    assertThat(due(new Publications(4, 3, NOW - 10_000))).isTrue();
    assertThat(due(published(4, NOW - 10_000))).isTrue();
  }

  @Test
  void aPublicationThatFailedDoesNotSettleIt() {
    rules.noticed(LSN, 3);
    assertThat(due(new Publications(5, 3, NOW - 10_000))).isTrue();
  }

  @Test
  void requestsWaitUntilTheIntervalHasPassed() {
    rules.noticed(LSN, 3);
    assertThat(due(published(3, NOW - 249))).isFalse();
    assertThat(due(published(3, NOW - 250))).isTrue();
  }

  @Test
  void aClockThatIsSetBackDoesNotStopIt() {
    rules.noticed(LSN, 3);
    assertThat(due(published(3, NOW + 3_600_000))).isTrue();
  }

  private boolean due(Publications publications) {
    return rules.due(LSN, publications, NOW);
  }

  private static Publications published(long number, long lastMs) {
    return new Publications(number, number, lastMs);
  }
}
