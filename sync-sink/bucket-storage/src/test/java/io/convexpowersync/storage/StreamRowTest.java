package io.convexpowersync.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.storage.ReplicationStream.State;
import org.junit.jupiter.api.Test;

class StreamRowTest {
  private static final Lsn ONE = new Lsn(1_785_400_500_000_000_001L);
  private static final Lsn TWO = new Lsn(1_785_400_500_000_000_002L);
  private static final Lsn THREE = new Lsn(1_785_400_500_000_000_003L);

  private static final StreamRow NEW =
      new StreamRow(State.PROCESSING, false, null, null, null, null, null);

  @Test
  void publishesNothingBeforeTheSnapshotIsComplete() {
    assertThat(NEW.mayPublish(ONE)).isFalse();
    assertThat(NEW.tableDone(ONE).mayPublish(ONE)).isFalse();
    assertThat(NEW.allTablesDone(ONE).mayPublish(ONE)).isTrue();
  }

  @Test
  void publishesNothingBeforeTheSnapshotsPosition() {
    StreamRow row = NEW.allTablesDone(TWO);
    assertThat(row.mayPublish(ONE)).isFalse();
    assertThat(row.mayPublish(TWO)).isTrue();
    assertThat(row.mayPublish(THREE)).isTrue();
  }

  @Test
  void neverLowersTheLsnButRepeatsIt() {
    StreamRow row = NEW.allTablesDone(ONE).published(TWO, 7);
    assertThat(row.mayPublish(ONE)).isFalse();
    assertThat(row.mayPublish(TWO)).isTrue();
  }

  @Test
  void neverLowersTheCheckpoint() {
    StreamRow row = NEW.allTablesDone(ONE).published(ONE, 7).published(TWO, 3);
    assertThat(row.lastCheckpoint()).isEqualTo(7);
    assertThat(row.lastCheckpointLsn()).isEqualTo(TWO.toString());
  }

  @Test
  void showsLaterWhatWasWrittenWhilePublicationWasBlocked() {
    StreamRow blocked = NEW.blocked(9);
    assertThat(blocked.keepaliveOp()).isEqualTo(9);
    assertThat(blocked.lastCheckpoint()).isNull();

    StreamRow row = blocked.allTablesDone(ONE).published(ONE, 0);
    assertThat(row.lastCheckpoint()).isEqualTo(9);
    assertThat(row.keepaliveOp()).isNull();
  }

  @Test
  void remembersThePinUntilTheFirstPublication() {
    StreamRow first = NEW.tableDone(ONE);
    assertThat(first.snapshotLsn()).isEqualTo(ONE.toString());
    assertThat(first.noCheckpointBefore()).isEqualTo(ONE.toString());
    StreamRow done = first.allTablesDone(ONE);
    assertThat(done.snapshotLsn()).isEqualTo(ONE.toString());
    assertThat(done.published(ONE, 1).snapshotLsn()).isNull();
  }

  @Test
  void rulesOutCheckpointsBeforeATableThatAppearsWhileLive() {
    StreamRow row = NEW.allTablesDone(ONE).published(ONE, 1).tableDone(THREE);
    assertThat(row.mayPublish(TWO)).isFalse();
    assertThat(row.noCheckpointBefore()).isEqualTo(THREE.toString());
    assertThat(row.tableDone(TWO).noCheckpointBefore()).isEqualTo(THREE.toString());
    assertThat(row.snapshotLsn()).isNull();
  }
}
