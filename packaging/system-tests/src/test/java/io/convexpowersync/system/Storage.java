package io.convexpowersync.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.emulator.ValueFormat;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.Checkpoint;
import io.convexpowersync.storage.DeploymentState;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StorageConfig;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.storage.VerificationReport;
import io.convexpowersync.streams.DocumentEncoding;
import io.convexpowersync.streams.SyncConfigCompiler;
import io.convexpowersync.streams.SyncStreams;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A PostgreSQL with a bucket storage in which one sync config is deployed. */
public final class Storage implements AutoCloseable {
  private static final Path TODO = Path.of("../../config-examples/todo");
  private static final String DATABASE = "powersync";

  private final EmbeddedPostgres postgres;
  private final BucketStorage buckets;

  private Storage(EmbeddedPostgres postgres, String config, String plan) throws SQLException {
    this.postgres = postgres;
    try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
      connection.createStatement().execute("CREATE DATABASE " + DATABASE);
    }
    this.buckets = BucketStorage.open(StorageConfig.of(jdbcUrl(), "postgres", "postgres"));
    buckets.createSchema();
    buckets.streams().deploy(config, plan);
  }

  /** With the to-do app of the examples. */
  public static Storage start() throws IOException, SQLException {
    String config = Files.readString(TODO.resolve("sync.yaml"));
    return start(config, planOf(config));
  }

  static String planOf(String config) {
    return SyncConfigCompiler.compile(config).syncPlan().orElseThrow();
  }

  public static Storage start(String config, String plan) throws IOException, SQLException {
    return new Storage(EmbeddedPostgres.start(), config, plan);
  }

  public String jdbcUrl() {
    return "jdbc:" + url();
  }

  String url() {
    return "postgresql://127.0.0.1:" + postgres.getPort() + "/" + DATABASE;
  }

  BucketStorage buckets() {
    return buckets;
  }

  /** Waits until the published checkpoint has reached the deployment's head as it is now. */
  public void awaitHead(ConvexEmulator emulator, Duration limit) {
    long head = emulator.head();
    await(
        limit,
        () ->
            buckets
                .reader()
                .checkpoint()
                .filter(checkpoint -> checkpoint.lsn().nanos() >= head)
                .isPresent());
  }

  /** Waits until clients are served from a stream. */
  void awaitActive(StreamId stream, Duration limit) {
    await(limit, () -> state(stream) == ReplicationStream.State.ACTIVE);
  }

  /** Waits until a replaced stream's data is gone. */
  void awaitCleared(StreamId stream, Duration limit) {
    await(limit, () -> state(stream) == ReplicationStream.State.TERMINATED);
  }

  private ReplicationStream.State state(StreamId stream) {
    return buckets.streams().find(stream).orElseThrow().state();
  }

  /**
   * At the published checkpoint, whatever it is now, clients hold exactly the deployment's state.
   */
  public VerificationReport verify(ConvexEmulator emulator) {
    ReplicationStream stream = buckets.streams().active().orElseThrow();
    Checkpoint checkpoint = buckets.reader().checkpoint().orElseThrow();
    SyncStreams plan = SyncStreams.load(stream.plan().orElseThrow(), stream.id().value());
    VerificationReport report =
        buckets.verifier().verify(plan, checkpoint, state(emulator, checkpoint.lsn().nanos()));
    assertThat(report.differences()).isEmpty();
    assertThat(report.isConsistent()).isTrue();
    return report;
  }

  private static DeploymentState state(ConvexEmulator emulator, long lsn) {
    var state = emulator.stateAt(lsn);
    return new DeploymentState() {
      @Override
      public List<String> tables() {
        return state.tables().stream().map(TablePath::table).toList();
      }

      @Override
      public void documents(String table, Visitor visitor) {
        state.forEach(
            ValueFormat.JSON,
            (path, id, json) -> {
              if (path.equals(TablePath.root(table))) {
                visitor.visit(id, json, DocumentEncoding.JSON);
              }
            });
      }
    };
  }

  public static void await(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for %s", limit).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  @Override
  public void close() throws IOException {
    buckets.close();
    postgres.close();
  }
}
