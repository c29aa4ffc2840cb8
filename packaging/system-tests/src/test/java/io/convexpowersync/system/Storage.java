package io.convexpowersync.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.emulator.ValueFormat;
import io.convexpowersync.standalone.config.PostgresAddress;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.Checkpoint;
import io.convexpowersync.storage.DeploymentState;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StorageConfig;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.storage.VerificationReport;
import io.convexpowersync.streams.DocumentEncoding;
import io.convexpowersync.streams.SyncStreams;
import io.convexpowersync.streams.compiler.SyncConfigCompiler;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
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

  private final PostgresAddress address;
  private final Closeable server;
  private final BucketStorage buckets;

  private Storage(PostgresAddress address, Closeable server, String config, String plan) {
    this.address = address;
    this.server = server;
    this.buckets = BucketStorage.open(StorageConfig.of(jdbcUrl(), user(), password()));
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
    EmbeddedPostgres postgres = EmbeddedPostgres.start();
    try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
      connection.createStatement().execute("CREATE DATABASE " + DATABASE);
    }
    PostgresAddress address =
        PostgresAddress.parse(
                "postgresql://postgres:postgres@127.0.0.1:" + postgres.getPort() + "/" + DATABASE)
            .orElseThrow();
    return new Storage(address, postgres, config, plan);
  }

  /** With the to-do app of the examples, in a server that somebody else starts and stops. */
  static Storage in(PostgresAddress address) throws IOException {
    String config = Files.readString(TODO.resolve("sync.yaml"));
    return new Storage(address, () -> {}, config, planOf(config));
  }

  public String jdbcUrl() {
    return address.jdbcUrl();
  }

  String url() {
    return jdbcUrl().substring("jdbc:".length());
  }

  String user() {
    return address.user().orElseThrow();
  }

  String password() {
    return address.password().orElseThrow().reveal();
  }

  BucketStorage buckets() {
    return buckets;
  }

  /** Waits until the published checkpoint has reached the deployment's head as it is now. */
  public void awaitHead(ConvexEmulator emulator, Duration limit) {
    long head = emulator.head();
    await(limit, () -> publishedLsn() >= head);
  }

  /** 0 while nothing is published, or the database does not answer. */
  private long publishedLsn() {
    try {
      return buckets.reader().checkpoint().map(checkpoint -> checkpoint.lsn().nanos()).orElse(0L);
    } catch (StorageException e) {
      return 0;
    }
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
    return verify(emulator, buckets.reader().checkpoint().orElseThrow());
  }

  /** At a checkpoint, which may be an old one: nothing has been compacted since. */
  VerificationReport verify(ConvexEmulator emulator, Checkpoint checkpoint) {
    ReplicationStream stream = buckets.streams().find(checkpoint.stream()).orElseThrow();
    SyncStreams plan = SyncStreams.load(stream.plan().orElseThrow(), stream.id().value());
    VerificationReport report =
        buckets.verifier().verify(plan, checkpoint, state(emulator, checkpoint.lsn().nanos()));
    assertThat(report.differences()).as("%s", checkpoint).isEmpty();
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
    server.close();
  }
}
