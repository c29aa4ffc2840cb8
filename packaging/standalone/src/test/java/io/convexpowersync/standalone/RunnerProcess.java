package io.convexpowersync.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorData;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.standalone.config.PostgresAddress;
import io.convexpowersync.standalone.config.Secret;
import io.convexpowersync.standalone.demo.EmulatedState;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.Checkpoint;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StorageConfig;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.streams.SyncStreams;
import io.convexpowersync.streams.compiler.SyncConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A runner as a process of its own, with its embedded PostgreSQL, against the emulator. */
abstract class RunnerProcess {
  private static final TablePath DOCUMENTS = TablePath.root("documents");
  static final int COUNT = 12_000;
  static final int PAGE = 1024;

  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();
  ConvexEmulator emulator;

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
        sync: {config: '%s/sync.yaml'}
        """
            .formatted(emulator.url(), emulator.adminKey(), sync));
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

  Process start() throws IOException {
    Process process =
        Cli.process(List.of(), "run", "--config", directory.resolve("pipeline.yaml").toString())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("out").toFile()))
            .redirectError(ProcessBuilder.Redirect.appendTo(directory.resolve("err").toFile()))
            .start();
    processes.add(process);
    return process;
  }

  String output(String name) throws IOException {
    return Files.readString(directory.resolve(name));
  }

  long change(int times) {
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
  void verifyAt(long ts) {
    Cli.await(
        "checkpoint " + ts, () -> checkpoint().filter(c -> c.lsn().nanos() >= ts).isPresent());
    try (BucketStorage storage = storage()) {
      Checkpoint checkpoint = storage.reader().checkpoint().orElseThrow();
      ReplicationStream stream = storage.streams().find(checkpoint.stream()).orElseThrow();
      SyncStreams plan =
          SyncConfigLoader.load(stream.content(), stream.plan(), checkpoint.stream().value());
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

  BucketStorage storage() {
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
  PostgresAddress address() throws IOException {
    String[] fields = output("state/postgres/pgpass").strip().split(":", 5);
    return new PostgresAddress(
        "jdbc:postgresql://127.0.0.1:" + fields[1] + "/powersync",
        Optional.of(fields[3]),
        Optional.of(new Secret(fields[4])));
  }
}
