package io.convexpowersync.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.storage.VerificationReport;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The runner is killed with SIGKILL at random moments of snapshot and streaming, and started again:
 * nothing is lost, no more than a page is fetched again per kill, and at every published checkpoint
 * the buckets equal the deployment's state at that LSN.
 */
class RandomKillIT {
  private static final int TODOS = Integer.getInteger("kill.todos", 60_000);
  private static final int SNAPSHOT_KILLS = Integer.getInteger("kill.snapshot.kills", 4);
  private static final int STREAMING_KILLS = Integer.getInteger("kill.streaming.kills", 4);
  private static final int SNAPSHOT_PAGE = 1024;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Random random = new Random(20260822);

  @TempDir Path directory;

  @Test
  void survivesKillsAtRandomMoments() throws Exception {
    try (Storage storage = Storage.start();
        ConvexEmulator emulator = ConvexEmulator.start()) {
      TodoWorkload workload = new TodoWorkload(emulator, 1);
      workload.populate(20, 100, TODOS);
      long documents = emulator.stateAt(emulator.head()).documentCount();
      Path config = writeConfig(emulator, storage);

      long pin = killDuringSnapshot(config, emulator, documents);
      assertThat(storage.buckets().reader().checkpoint()).isEmpty();
      Process runner = start(config, emulator);
      storage.awaitHead(emulator, LIMIT);
      assertThat(emulator.counters().snapshotDocuments())
          .as("documents fetched by a snapshot with %d kills", SNAPSHOT_KILLS)
          .isBetween(documents, documents + (long) SNAPSHOT_KILLS * SNAPSHOT_PAGE);
      assertThat(storage.verify(emulator).checkpoint().lsn().nanos()).isGreaterThanOrEqualTo(pin);

      killWhileStreaming(runner, config, emulator, storage, workload);
    }
  }

  /** Kills after random amounts of the snapshot have been fetched. */
  private long killDuringSnapshot(Path config, ConvexEmulator emulator, long documents)
      throws Exception {
    long head = emulator.head();
    for (int kill = 1; kill <= SNAPSHOT_KILLS; kill++) {
      long upTo = documents * kill / (SNAPSHOT_KILLS + 1) + random.nextInt(SNAPSHOT_PAGE);
      Process runner = start(config, emulator);
      Storage.await(
          LIMIT, () -> !runner.isAlive() || emulator.counters().snapshotDocuments() >= upTo);
      kill(runner, random.nextInt(60));
    }
    return head;
  }

  private void killWhileStreaming(
      Process first, Path config, ConvexEmulator emulator, Storage storage, TodoWorkload workload)
      throws Exception {
    Process runner = first;
    for (int kill = 1; kill <= STREAMING_KILLS; kill++) {
      int mutations = 50 + random.nextInt(200);
      for (int i = 0; i < mutations; i++) {
        workload.mutate();
      }
      kill(runner, random.nextInt(400));
      storage.verify(emulator);
      runner = start(config, emulator);
    }
    storage.awaitHead(emulator, LIMIT);
    VerificationReport report = storage.verify(emulator);
    assertThat(report.rows()).isGreaterThan(TODOS);
    runner.destroy();
    assertThat(runner.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  private static void kill(Process runner, int afterMs) throws InterruptedException {
    assertThat(runner.waitFor(afterMs, TimeUnit.MILLISECONDS)).as("the runner ended").isFalse();
    runner.destroyForcibly().waitFor();
  }

  private Process start(Path config, ConvexEmulator emulator) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            "io.convexpowersync.standalone.Main",
            "run",
            "--config",
            config.toString());
    builder
        .environment()
        .putAll(Map.of("TEST_KEY", emulator.adminKey(), "TEST_PASSWORD", "postgres"));
    Path log = directory.resolve("runner.log");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(log.toFile()))
        .start();
  }

  private Path writeConfig(ConvexEmulator emulator, Storage storage) throws IOException {
    return Files.writeString(
        directory.resolve("pipeline.yaml"),
        """
        source:
          url: %s
          key: ${ENV:TEST_KEY}
        storage:
          url: %s
          user: postgres
          password: ${ENV:TEST_PASSWORD}
        """
            .formatted(emulator.url(), storage.url()));
  }
}
