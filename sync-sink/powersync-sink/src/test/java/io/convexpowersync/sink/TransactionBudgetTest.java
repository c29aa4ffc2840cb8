package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.streams.Evaluation;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TransactionBudgetTest {
  private long now = 1_000;
  private final InstantSource clock = () -> Instant.ofEpochMilli(now);
  private final TransactionBudget budget =
      new TransactionBudget(SinkOptions.DEFAULT, clock.withZone(ZoneOffset.UTC));

  @Test
  void isSpentByRows() {
    assertThat(rowsUntilSpent()).isEqualTo(SinkOptions.DEFAULT.maxRows());
    assertThat(budget.committed(100)).isEqualTo(SinkOptions.DEFAULT.maxRows());
    assertThat(budget.isSpent()).isFalse();
  }

  @Test
  void isSpentByTimeAfterItsFirstRow() {
    now += 10_000;
    assertThat(budget.isSpent()).isFalse();
    budget.add(Evaluation.NOTHING);
    now += 1_999;
    assertThat(budget.isSpent()).isFalse();
    now++;
    assertThat(budget.isSpent()).isTrue();
  }

  @Test
  void isSmallerAfterASlowCommitAndGrowsAgainAfterFastOnes() {
    rowsUntilSpent();
    budget.committed(5_000);
    assertThat(rowsUntilSpent()).isEqualTo(2_500);
    budget.committed(2_001);
    assertThat(rowsUntilSpent()).isEqualTo(1_250);
    budget.committed(1_000);
    assertThat(rowsUntilSpent()).isEqualTo(1_250);
    budget.committed(100);
    assertThat(rowsUntilSpent()).isEqualTo(2_500);
    budget.committed(100);
    budget.add(Evaluation.NOTHING);
    budget.committed(100);
    assertThat(rowsUntilSpent()).isEqualTo(5_000);
  }

  @Test
  void aSlowCommitWithoutRowsSaysNothingAboutTheirNumber() {
    budget.committed(5_000);
    assertThat(rowsUntilSpent()).isEqualTo(5_000);
  }

  private int rowsUntilSpent() {
    int rows = 0;
    while (!budget.isSpent()) {
      budget.add(Evaluation.NOTHING);
      rows++;
    }
    return rows;
  }
}
