package io.convexpowersync.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.standalone.config.PostgresAddress;
import io.convexpowersync.standalone.config.Secret;
import io.convexpowersync.standalone.config.SourceSettings;
import io.convexpowersync.standalone.postgres.PostgresServer;
import io.convexpowersync.standalone.run.Pipeline;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.StorageConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code run} refuses about a storage that somebody else runs: on one line, exit code 2. */
class RefusalIT {
  private static final Path TODO = Path.of("../../config-examples/todo").toAbsolutePath();

  @TempDir Path directory;
  private ConvexEmulator emulator;
  private PostgresServer server;

  @BeforeEach
  void start() throws IOException {
    emulator = ConvexEmulator.start();
    server = PostgresServer.disposable();
  }

  @AfterEach
  void stop() {
    server.close();
    emulator.close();
  }

  @Test
  void aDatabaseWithoutSchemaIsLeftAlone() throws IOException {
    assertThat(refusal(server.address(), true)).contains("powersync").contains("migrate");
    assertThat(schemas()).isZero();
  }

  @Test
  void aWrongPasswordIsNotRepeated() throws IOException {
    PostgresAddress wrong =
        server.address().withCredentials(server.address().user(), Optional.of(new Secret("hush")));
    assertThat(refusal(wrong, true)).contains("password").doesNotContain("hush");
  }

  @Test
  void aStorageWithoutSyncConfigIsRefused() throws IOException {
    createSchema();
    assertThat(refusal(server.address(), false)).contains("No sync config is deployed");
  }

  @Test
  void aStreamWithoutPlanIsRefused() throws IOException {
    deploy();
    Sql.execute(server.address(), "UPDATE powersync.sync_rules SET sync_plan = NULL");
    assertThat(refusal(server.address(), false)).contains("no compiled plan");
  }

  @Test
  void aPlanFromTheFutureIsRefused() throws IOException {
    deploy();
    Sql.execute(
        server.address(),
        "UPDATE powersync.sync_rules SET sync_plan = jsonb_set(sync_plan::jsonb, '{plan,version}',"
            + " '99')::json");
    assertThat(refusal(server.address(), false)).contains("99");
  }

  @Test
  void anotherStorageVersionIsRefused() throws IOException {
    deploy();
    Sql.execute(server.address(), "UPDATE powersync.sync_rules SET storage_version = 3");
    assertThat(refusal(server.address(), false)).contains("storage version 3");
  }

  @Test
  void aSecondRunnerOnTheSameStreamIsRefused() throws IOException {
    deploy();
    SourceSettings source = new SourceSettings(emulator.url(), new Secret(emulator.adminKey()));
    try (BucketStorage storage = storage();
        Pipeline first = Pipeline.start(source, storage)) {
      assertThat(first.stream().id().value()).isEqualTo(1);
      assertThat(refusal(server.address(), true)).contains("Stream 1 is written by runner");
      assertThat(first.completion()).isNotDone();
    }
  }

  /** Runs, and returns what is said. */
  private String refusal(PostgresAddress address, boolean withSyncConfig) throws IOException {
    Path file = directory.resolve("pipeline.yaml");
    Files.writeString(
        file,
        """
        source: {url: '%s', key: '%s'}
        storage: {url: '%s', user: %s, password: %s}
        """
                .formatted(
                    emulator.url(),
                    emulator.adminKey(),
                    address.jdbcUrl(),
                    address.user().orElseThrow(),
                    address.password().orElseThrow().reveal())
            + (withSyncConfig ? "sync: {config: '%s/sync.yaml'}\n".formatted(TODO) : ""));
    Finished finished = Cli.here("run", "--config", file.toString());
    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).hasLineCount(1).startsWith("convex-powersync run: ");
    return finished.err();
  }

  private void createSchema() {
    try (BucketStorage storage = storage()) {
      storage.createSchema();
    }
  }

  private void deploy() {
    createSchema();
    try (BucketStorage storage = storage()) {
      SyncConfig.example("todo").deploy(storage);
    }
  }

  private BucketStorage storage() {
    PostgresAddress address = server.address();
    return BucketStorage.open(
        StorageConfig.of(
            address.jdbcUrl(),
            address.user().orElseThrow(),
            address.password().orElseThrow().reveal()));
  }

  private int schemas() {
    return Sql.count(
        server.address(), "SELECT count(*) FROM pg_namespace WHERE nspname LIKE '%powersync%'");
  }
}
