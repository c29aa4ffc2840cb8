package io.convexpowersync.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.standalone.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code run} as a process of its own, with its embedded PostgreSQL, against the emulator. */
class RunIT extends RunnerProcess {
  @Test
  void goesOnInsideTheSnapshotAfterAKill() throws Exception {
    int kills = 3;
    for (int i = 1; i <= kills; i++) {
      Process run = start();
      long reached = (long) COUNT * i / (kills + 1);
      Cli.await("snapshot", () -> emulator.counters().snapshotDocuments() >= reached);
      run.destroyForcibly().waitFor();
    }
    start();
    verifyAt(emulator.head());
    // A page that was being written, the one behind it, and one that is fetched ahead.
    assertThat(emulator.counters().snapshotDocuments())
        .isLessThanOrEqualTo(COUNT + kills * 3L * PAGE);
  }

  @Test
  void goesOnInTheLogAfterAKillWithoutAnotherSnapshot() throws Exception {
    Process run = start();
    verifyAt(emulator.head());
    long fetched = emulator.counters().snapshotDocuments();
    change(20);
    run.destroyForcibly().waitFor();
    change(20);
    start();
    verifyAt(change(20));
    assertThat(emulator.counters().snapshotDocuments()).isEqualTo(fetched);
  }

  @Test
  void stopsInAnOrderlyWayAndGoesOnAtOnce() throws Exception {
    Process run = start();
    verifyAt(emulator.head());
    List<ProcessHandle> children = run.descendants().toList();
    run.destroy();
    assertThat(run.waitFor()).isEqualTo(143);
    assertThat(children).noneMatch(ProcessHandle::isAlive);
    start();
    verifyAt(change(1));
  }

  @Test
  void endsWithCode1WhenAnotherConfigTookOver() throws Exception {
    Process run = start();
    verifyAt(emulator.head());
    // What happens when a newer stream becomes active.
    Sql.execute(address(), "UPDATE powersync.sync_rules SET state = 'STOP'");
    change(1);
    assertThat(run.waitFor()).isEqualTo(1);
    assertThat(output("err").lines().filter(line -> line.startsWith("convex-powersync run: ")))
        .hasSize(1);
    assertThat(output("err")).doesNotContain("\tat ");
  }

  @Test
  void takesANewSnapshotWhenTheLogIsNoLongerKept() throws Exception {
    Process run = start();
    verifyAt(emulator.head());
    run.destroy();
    run.waitFor();
    long ts = change(5);
    emulator.expireBefore(ts);
    start();
    verifyAt(ts);
    verifyAt(change(5));
  }

  @Test
  void endsWithCode1WhenTheLogIsNoLongerKeptAndNoSnapshotIsWanted() throws Exception {
    Path config = directory.resolve("pipeline.yaml");
    Files.writeString(
        config, Files.readString(config).replace("key:", "snapshot_mode: initial, key:"));
    Process run = start();
    verifyAt(emulator.head());
    run.destroy();
    run.waitFor();
    emulator.expireBefore(change(5));
    run = start();
    assertThat(run.waitFor()).isEqualTo(1);
    assertThat(output("err").lines().reduce((a, b) -> b).orElseThrow())
        .startsWith("convex-powersync run: ");
  }

  @Test
  void survivesLostDatabaseConnections() throws Exception {
    start();
    verifyAt(emulator.head());
    for (int i = 0; i < 3; i++) {
      Sql.execute(
          address(),
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND"
              + " datname = 'powersync'");
      verifyAt(change(10));
    }
  }

  @Test
  void endsWithCode1WhenItsServerDies() throws Exception {
    Process run = start();
    verifyAt(emulator.head());
    long server = Long.parseLong(output("state/postgres/server.pid").strip());
    ProcessHandle.of(server).orElseThrow().destroyForcibly();
    assertThat(run.waitFor()).isEqualTo(1);
    assertThat(output("err").lines().reduce((a, b) -> b).orElseThrow())
        .startsWith("convex-powersync run: The embedded PostgreSQL has stopped");
    long ts = change(5);
    start();
    verifyAt(ts);
  }

  @Test
  void replicatesBucketDefinitions() throws Exception {
    Path config = directory.resolve("pipeline.yaml");
    Files.writeString(config, Files.readString(config).replace("sync.yaml", "buckets.yaml"));
    Process run = start();
    verifyAt(emulator.head());
    verifyAt(change(20));
    run.destroyForcibly().waitFor();
    start();
    verifyAt(change(20));
    Finished same = Cli.here("verify", "--config", config.toString());
    assertThat(same.exit()).as(same.err()).isZero();
  }

  @Test
  void verifyComparesTheStorageWithTheDeployment() throws Exception {
    String config = directory.resolve("pipeline.yaml").toString();
    assertThat(Cli.here("verify", "--config", config).exit()).isEqualTo(2);
    Process run = start();
    verifyAt(change(1));
    run.destroy();
    run.waitFor();
    Finished same = Cli.here("verify", "--config", config);
    assertThat(same.err()).isEmpty();
    assertThat(same.exit()).isZero();
    assertThat(same.out()).contains(" 0 differences");

    try (PostgresServer server = PostgresServer.durable(directory.resolve("state/postgres"), 0)) {
      Sql.execute(
          server.address(),
          "DELETE FROM powersync.bucket_data WHERE op_id = (SELECT max(op_id) FROM"
              + " powersync.bucket_data WHERE op = 'PUT')");
    }
    Finished other = Cli.here("verify", "--config", config);
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.out()).contains("MISSING_ROW");
  }

  @Test
  void refusesASecondRunnerOnTheSameDirectory() throws Exception {
    start();
    verifyAt(emulator.head());
    Finished second = Cli.here("run", "--config", directory.resolve("pipeline.yaml").toString());
    assertThat(second.exit()).isEqualTo(2);
    assertThat(second.err()).hasLineCount(1).contains("is in use by another runner (process ");
  }
}
