package io.convexpowersync.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class PositionTest {
  private static final long TS = 1_785_412_800_123_456_789L;

  @Test
  void aSnapshotComesAfterTheCommitOfItsTimestampAndBeforeTheNext() {
    assertThat(Position.ofCommit(TS)).isLessThan(new Position(TS, 1));
    assertThat(new Position(TS, 1)).isLessThan(new Position(TS, 2));
    assertThat(new Position(TS, Long.MAX_VALUE)).isLessThan(Position.ofCommit(TS + 1));
    assertThat(Position.ZERO).isLessThan(Position.ofCommit(TS));
  }

  @Test
  void showsTheNumberOnlyIfThereIsOne() {
    assertThat(Position.ofCommit(TS)).hasToString("1785412800123456789");
    assertThat(new Position(TS, 2)).hasToString("1785412800123456789/2");
  }

  @Test
  void isNeverNegative() {
    assertThatThrownBy(() -> new Position(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Position(0, -1)).isInstanceOf(IllegalArgumentException.class);
  }
}
