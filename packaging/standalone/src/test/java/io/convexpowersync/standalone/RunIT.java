package io.convexpowersync.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorData;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.standalone.config.PostgresAddress;
import io.convexpowersync.standalone.config.Secret;
import io.convexpowersync.standalone.demo.EmulatedState;
import io.convexpowersync.standalone.postgres.PostgresServer;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.Checkpoint;
import io.convexpowersync.storage.StorageConfig;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.streams.SyncStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} as a process of its own, with its embedded PostgreSQL, against the emulator. */
class RunIT {
  private static final TablePath DOCUMENTS = TablePath.root("documents");
  private static final int COUNT = 12_000;
  private static final int PAGE = 1024;

  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();
  private ConvexEmulator emulator;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator =
        ConvexEmulator.start(
            EmulatorOptions.defaults().withData(new EmulatorData.Generated(COUNT, 400)));
    Path sync = Path.of("src/test/resources/generated").toAbsolutePath();
    Files.writeString(
        directory.resolve("pipeline.yaml"),
        """
        source: {url: '%s', key: '%s'}
        sync: {config: '%s/sync.yaml', plan: '%s/plan.json'}
        """
            .formatted(emulator.url(), emulator.adminKey(), sync, sync));
  }

  @AfterEach
  void stopEverything() throws InterruptedException {
    for (Process process : processes) {
      List<ProcessHandle> children = process.descendants().toList();
      process.destroy();
      process.waitFor();
      Cli.await("children end", () -> children.stream().noneMatch(ProcessHandle::isAlive));
    }
    emulator.close();
  }

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
    // A page that was on its way, and the one after it, which is fetched ahead.
    assertThat(emulator.counters().snapshotDocuments())
        .isLessThanOrEqualTo(COUNT + kills * 2L * PAGE);
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

  private Process start() throws IOException {
    Process process =
        Cli.process(List.of(), "run", "--config", directory.resolve("pipeline.yaml").toString())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("out").toFile()))
            .redirectError(ProcessBuilder.Redirect.appendTo(directory.resolve("err").toFile()))
            .start();
    processes.add(process);
    return process;
  }

  private String output(String name) throws IOException {
    return Files.readString(directory.resolve(name));
  }

  private long change(int times) {
    long ts = emulator.head();
    for (int i = 0; i < times; i++) {
      int number = i;
      ts =
          emulator.commit(
              db -> {
                List<String> ids = db.ids(DOCUMENTS);
                db.patch(DOCUMENTS, ids.get(number * 7), "{\"owner\":\"user" + number + "\"}");
                db.delete(DOCUMENTS, ids.get(ids.size() - 1));
                db.insert(DOCUMENTS, "{\"owner\":\"user1\",\"text\":\"new\"}");
              });
    }
    return ts;
  }

  /** Waits until the storage has reached a timestamp, and compares it with the deployment. */
  private void verifyAt(long ts) {
    Cli.await(
        "checkpoint " + ts, () -> checkpoint().filter(c -> c.lsn().nanos() >= ts).isPresent());
    try (BucketStorage storage = storage()) {
      Checkpoint checkpoint = storage.reader().checkpoint().orElseThrow();
      SyncStreams plan =
          SyncStreams.load(
              storage.streams().find(checkpoint.stream()).orElseThrow().plan().orElseThrow(),
              checkpoint.stream().value());
      assertThat(checkpoint.stream()).isEqualTo(new StreamId(1));
      assertThat(
              storage
                  .verifier()
                  .verify(
                      plan,
                      checkpoint,
                      new EmulatedState(emulator.stateAt(checkpoint.lsn().nanos())))
                  .differences())
          .isEmpty();
    }
  }

  private Optional<Checkpoint> checkpoint() {
    Process last = processes.get(processes.size() - 1);
    try {
      assertThat(last.isAlive()).as(output("err")).isTrue();
      try (BucketStorage storage = storage()) {
        return storage.reader().checkpoint();
      }
    } catch (IOException | StorageException e) {
      // The server is not there yet, or has no schema yet.
      return Optional.empty();
    }
  }

  private BucketStorage storage() {
    try {
      PostgresAddress address = address();
      return BucketStorage.open(
          StorageConfig.of(
              address.jdbcUrl(),
              address.user().orElseThrow(),
              address.password().orElseThrow().reveal()));
    } catch (IOException e) {
      throw new StorageException(StorageException.Kind.TRANSIENT, "No server yet", e);
    }
  }

  /** From the file for psql: host:port:database:user:password. */
  private PostgresAddress address() throws IOException {
    String[] fields = output("state/postgres/pgpass").strip().split(":", 5);
    return new PostgresAddress(
        "jdbc:postgresql://127.0.0.1:" + fields[1] + "/powersync",
        Optional.of(fields[3]),
        Optional.of(new Secret(fields[4])));
  }
}
