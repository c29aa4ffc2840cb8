package io.convexpowersync.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransactionSnapshotTest {
  @Test
  void namesTheNextTransaction() {
    assertThat(new TransactionSnapshot("740:745:").next()).isEqualTo("745");
  }

  @Test
  void namesTheTransactionsThatHaveNotEnded() {
    assertThat(new TransactionSnapshot("740:745:").running()).isEqualTo("{}");
    assertThat(new TransactionSnapshot("740:745:740,743").running()).isEqualTo("{740,743}");
  }

  @Test
  void leavesTheEpochOut() {
    TransactionSnapshot second = new TransactionSnapshot("4294967304:4294967306:4294967304");
    assertThat(second.next()).isEqualTo("10");
    assertThat(second.running()).isEqualTo("{8}");
  }
}
