package io.convexpowersync.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.streams.compiler.CompiledSyncConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Sync configs that are deployed while {@code run} replicates another one. */
class RedeployIT extends RunnerProcess {
  @Test
  void buildsANewConfigBesideTheOldOneAndSwitchesOver() throws Exception {
    start();
    verifyAt(emulator.head());
    long fetched = emulator.counters().snapshotDocuments();
    deployAgain();
    long ts = change(20);
    Cli.await("stream 2", () -> state(2) == ReplicationStream.State.ACTIVE);
    Cli.await("clearing", () -> state(1) == ReplicationStream.State.TERMINATED);
    verifyAt(Math.max(ts, change(20)));
    assertThat(output("err")).doesNotContain("The metrics of");
    assertThat(emulator.counters().snapshotDocuments()).isBetween(fetched * 2 - PAGE, fetched * 2);
  }

  @Test
  void aKillWhileANewConfigIsBuiltKeepsTheOldOneServedAndTheNewOneGoesOn() throws Exception {
    Process run = start();
    verifyAt(emulator.head());
    long fetched = emulator.counters().snapshotDocuments();
    deployAgain();
    Cli.await(
        "half, a part of it stored",
        () -> emulator.counters().snapshotDocuments() >= fetched + COUNT / 2 && isStored(2));
    run.destroyForcibly().waitFor();
    long served = emulator.counters().snapshotDocuments();
    long ts = change(5);
    start();
    verifyAt(ts);
    Cli.await("stream 2", () -> state(2) == ReplicationStream.State.ACTIVE);
    verifyAt(change(5));
    assertThat(emulator.counters().snapshotDocuments())
        .as("the snapshot was resumed, not begun again")
        .isLessThan(served + fetched);
  }

  @Test
  void aConfigThatIsDeployedWhileAnotherOneIsBuiltReplacesIt() throws Exception {
    start();
    verifyAt(emulator.head());
    deployAgain();
    deployAgain();
    Cli.await("stream 3", () -> state(3) == ReplicationStream.State.ACTIVE);
    Cli.await("clearing", () -> state(2) == ReplicationStream.State.TERMINATED);
    verifyAt(change(5));
  }

  @Test
  void theFirstConfigIsReplacedWhileItIsBuilt() throws Exception {
    start();
    Cli.await("snapshot", () -> emulator.counters().snapshotDocuments() >= COUNT / 4);
    deployAgain();
    Cli.await("stream 2", () -> state(2) == ReplicationStream.State.ACTIVE);
    verifyAt(change(5));
  }

  @Test
  void bucketDefinitionsReplaceStreamsAndStreamsBucketDefinitions() throws Exception {
    start();
    verifyAt(emulator.head());
    String sync = Files.readString(Path.of("src/test/resources/generated/buckets.yaml"));
    try (BucketStorage storage = storage()) {
      storage.streams().deploy(CompiledSyncConfig.of("buckets.yaml", sync));
    }
    Cli.await("stream 2", () -> state(2) == ReplicationStream.State.ACTIVE);
    verifyAt(change(20));
    deployAgain();
    Cli.await("stream 3", () -> state(3) == ReplicationStream.State.ACTIVE);
    verifyAt(change(5));
  }

  private void deployAgain() throws IOException {
    String sync = "src/test/resources/generated/";
    try (BucketStorage storage = storage()) {
      storage
          .streams()
          .deploy(
              Files.readString(Path.of(sync + "sync.yaml")),
              Files.readString(Path.of(sync + "plan.json")));
    }
  }

  private boolean isStored(int stream) {
    try (BucketStorage storage = storage()) {
      return storage.streams().place(new StreamId(stream)).isPresent();
    }
  }

  private ReplicationStream.State state(int stream) {
    try (BucketStorage storage = storage()) {
      return storage.streams().find(new StreamId(stream)).orElseThrow().state();
    }
  }
}
