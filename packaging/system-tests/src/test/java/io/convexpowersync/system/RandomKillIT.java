package io.convexpowersync.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.storage.VerificationReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The runner is killed with SIGKILL at random moments of snapshot and streaming, and started again:
 * nothing is lost, no more than a page is fetched again per kill, and at every published checkpoint
 * the buckets equal the deployment's state at that LSN.
 */
class RandomKillIT {
  private static final int PAGES_IN_FLIGHT = 9;
  private static final int TODOS = Integer.getInteger("kill.todos");
  private static final int KILLS = Integer.getInteger("kill.kills");
  private static final int SNAPSHOT_PAGE = 1024;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final Random random = new Random(20260822);

  @TempDir Path directory;

  @Test
  void survivesKillsAtRandomMoments() throws Exception {
    try (Storage storage = Storage.start();
        ConvexEmulator emulator = ConvexEmulator.start()) {
      TodoWorkload workload = new TodoWorkload(emulator, 1);
      workload.populate(20, 100, TODOS);
      long documents = emulator.stateAt(emulator.head()).documentCount();
      Runner runner = Runner.in(directory, emulator, storage);

      killDuringSnapshot(runner, emulator, documents);
      assertThat(storage.buckets().reader().checkpoint()).isEmpty();
      Process process = runner.start();
      storage.awaitHead(emulator, LIMIT);
      // The page being written, the one behind it, one read ahead, one arriving; and some slack.
      assertThat(emulator.counters().snapshotDocuments())
          .as("documents fetched by a snapshot with %d kills", KILLS)
          .isBetween(documents, documents + (long) KILLS * PAGES_IN_FLIGHT * SNAPSHOT_PAGE);
      storage.verify(emulator);

      killWhileStreaming(process, runner, emulator, storage, workload);
    }
  }

  /** Kills after random amounts of the snapshot have been fetched. */
  private void killDuringSnapshot(Runner runner, ConvexEmulator emulator, long documents)
      throws Exception {
    for (int kill = 1; kill <= KILLS; kill++) {
      long upTo = documents * kill / (KILLS + 1) + random.nextInt(SNAPSHOT_PAGE);
      Process process = runner.start();
      Storage.await(
          LIMIT, () -> !process.isAlive() || emulator.counters().snapshotDocuments() >= upTo);
      runner.kill(process, random.nextInt(60));
    }
  }

  private void killWhileStreaming(
      Process first, Runner runner, ConvexEmulator emulator, Storage storage, TodoWorkload workload)
      throws Exception {
    Process process = first;
    for (int kill = 1; kill <= KILLS; kill++) {
      int mutations = 50 + random.nextInt(200);
      for (int i = 0; i < mutations; i++) {
        workload.mutate();
      }
      runner.kill(process, random.nextInt(2_500));
      storage.verify(emulator);
      process = runner.start();
    }
    storage.awaitHead(emulator, LIMIT);
    VerificationReport report = storage.verify(emulator);
    assertThat(report.rows()).isGreaterThan(TODOS);
    Runner.stop(process);
  }
}
