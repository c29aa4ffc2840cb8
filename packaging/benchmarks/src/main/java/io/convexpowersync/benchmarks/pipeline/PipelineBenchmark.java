package io.convexpowersync.benchmarks.pipeline;

import io.convexpowersync.standalone.config.PostgresAddress;
import io.convexpowersync.standalone.config.Secret;
import io.convexpowersync.standalone.config.SourceSettings;
import io.convexpowersync.standalone.postgres.PostgresServer;
import io.convexpowersync.standalone.run.Pipeline;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.StorageConfig;
import io.convexpowersync.storage.StreamId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Measures the whole way from a deployment to bucket storage, in CPU time per row, the database's
 * apart: documents of 400 bytes, each in two buckets. The deployment is emulated by a process of
 * its own, the database is an embedded one that writes with care (fsync, synchronous commits).
 *
 * <p>Run by {@code pipeline.sh}. Options: {@code --documents=N}, {@code --commits=N}.
 */
public final class PipelineBenchmark {
  private static final int BYTES = 400;
  private static final int WARM_UP_DOCUMENTS = 50_000;
  private static final String WARM_UP = "warm_up";
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final int documents;
  private final int commits;

  private PipelineBenchmark(Properties options) {
    this.documents = Integer.parseInt(options.getProperty("documents", "500000"));
    this.commits = Integer.parseInt(options.getProperty("commits", "100000"));
  }

  public static void main(String[] args) throws Exception {
    Properties options = new Properties();
    for (String arg : args) {
      String[] parts = arg.replaceFirst("^--", "").split("=", 2);
      options.setProperty(parts[0], parts.length > 1 ? parts[1] : "");
    }
    new PipelineBenchmark(options).run();
    // The engine leaves threads behind.
    System.exit(0);
  }

  private void run() throws Exception {
    System.out.printf(
        "%-34s %9s %8s %9s | %8s %8s %8s | %8s%n",
        "us of CPU per row", "rows", "wall s", "rows/s", "JVM", "of: JIT", "of: GC", "database");
    Path directory = Files.createTempDirectory("pipeline-benchmark");
    try (PostgresServer server = PostgresServer.durable(directory, 0)) {
      try (Connection connection = connect(server.address())) {
        connection.createStatement().execute("CREATE DATABASE " + WARM_UP);
      }
      PostgresAddress elsewhere =
          new PostgresAddress(
              server.address().jdbcUrl().replaceFirst("/[^/]*$", "/" + WARM_UP),
              server.address().user(),
              server.address().password());
      measure("warm-up: ", elsewhere, WARM_UP_DOCUMENTS, WARM_UP_DOCUMENTS);
      measure("", server.address(), documents, commits);
    } finally {
      delete(directory);
    }
  }

  private static void measure(String what, PostgresAddress address, int documents, int commits)
      throws IOException, SQLException {
    try (Connection connection = connect(address);
        BucketStorage storage = open(address);
        DeploymentProcess deployment = DeploymentProcess.start(documents, BYTES)) {
      CpuMeter meter = CpuMeter.of(connection);
      storage.createSchema();
      StreamId stream = deploy(storage);
      report(what + "first build", documents, replicate(storage, deployment, meter));
      CpuTime copied = new CopyYardstick(connection, stream).run(meter);
      report(what + "COPY of both tables", documents, copied);
      deployment.commit(commits);
      report(what + "one-row commits", commits, replicate(storage, deployment, meter));
    }
  }

  /** Runs until everything that the deployment holds is published. */
  private static CpuTime replicate(
      BucketStorage storage, DeploymentProcess deployment, CpuMeter meter) {
    Lsn head = new Lsn(deployment.head());
    SourceSettings source = new SourceSettings(deployment.url(), new Secret(deployment.key()));
    CpuTime start = meter.now();
    try (Pipeline pipeline = Pipeline.start(source, storage)) {
      while (pipeline.stream().lsn().filter(lsn -> lsn.compareTo(head) >= 0).isEmpty()) {
        if (pipeline.completion().isDone()) {
          pipeline.completion().join();
          throw new IllegalStateException("The pipeline has stopped");
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
      return meter.now().since(start);
    }
  }

  private static void report(String what, int rows, CpuTime used) {
    double perRow = 1e6 / rows;
    System.out.printf(
        Locale.ROOT,
        "%-34s %,9d %8.2f %,9.0f | %8.1f %8.1f %8.1f | %8.1f%n",
        what,
        rows,
        used.wall(),
        rows / used.wall(),
        used.jvm() * perRow,
        used.compiler() * perRow,
        used.collector() * perRow,
        used.postgres() * perRow);
  }

  private static StreamId deploy(BucketStorage storage) throws IOException {
    return storage.streams().deploy(resource("sync.yaml"), resource("plan.json"));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = PipelineBenchmark.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static BucketStorage open(PostgresAddress address) {
    return BucketStorage.open(
        StorageConfig.of(
            address.jdbcUrl(),
            address.user().orElse(null),
            address.password().map(Secret::reveal).orElse(null)));
  }

  private static void delete(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(directory)) {
      files = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }

  private static Connection connect(PostgresAddress address) throws SQLException {
    return DriverManager.getConnection(
        address.jdbcUrl(),
        address.user().orElse(null),
        address.password().map(Secret::reveal).orElse(null));
  }
}
