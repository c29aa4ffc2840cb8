package io.convexpowersync.benchmarks.pipeline;

import io.convexpowersync.standalone.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Measures the whole way from a deployment to bucket storage, in CPU time per row, the database's
 * apart: documents of 400 bytes, each in two buckets. The deployment is emulated by a process of
 * its own, the database is an embedded one that writes with care (fsync, synchronous commits).
 *
 * <p>Run by {@code pipeline.sh}. Options: {@code --documents=N}, {@code --commits=N}, {@code
 * --kafka}; {@code --kafka=only} leaves out what runs without Kafka.
 */
public final class PipelineBenchmark {
  private static final int BYTES = 400;
  private static final int WARM_UP_DOCUMENTS = 50_000;

  private final int documents;
  private final int commits;
  private final boolean kafka;
  private final boolean standalone;

  private PipelineBenchmark(Properties options) {
    this.documents = Integer.parseInt(options.getProperty("documents", "500000"));
    this.commits = Integer.parseInt(options.getProperty("commits", "100000"));
    this.kafka = options.containsKey("kafka");
    this.standalone = !options.getProperty("kafka", "").equals("only");
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
    Report.header();
    Path directory = Files.createTempDirectory("pipeline-benchmark");
    try (PostgresServer server =
        PostgresServer.durable(Files.createDirectory(directory.resolve("postgres")), 0)) {
      if (standalone) {
        standalone(server, "warm_up", "warm-up: ", WARM_UP_DOCUMENTS, WARM_UP_DOCUMENTS);
        standalone(server, "standalone", "", documents, commits);
      }
      if (kafka) {
        try (KafkaCluster cluster = KafkaCluster.start(directory)) {
          Report.note("Through Kafka: one broker, one Connect worker with both plugins (JVM),");
          Report.note("the log topic only, connectors as in config-examples, exactly-once source:");
          kafka(server, cluster, "kafka_warm_up", WARM_UP_DOCUMENTS, WARM_UP_DOCUMENTS);
          kafka(server, cluster, "kafka", documents, commits);
        }
      }
    } finally {
      delete(directory);
    }
  }

  private static void standalone(
      PostgresServer server, String name, String what, int documents, int commits)
      throws Exception {
    try (Target target = Target.create(server, name);
        DeploymentProcess deployment = DeploymentProcess.start(documents, BYTES)) {
      new StandaloneRun(target, deployment, what).measure(documents, commits);
    }
  }

  private static void kafka(
      PostgresServer server, KafkaCluster cluster, String name, int documents, int commits)
      throws Exception {
    try (Target target = Target.create(server, name);
        DeploymentProcess deployment = DeploymentProcess.start(documents, BYTES)) {
      new KafkaRun(cluster, target, deployment, name).measure(documents, commits);
    }
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
}
