package io.convexpowersync.system.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A Kafka broker and stock Connect workers, each a process, with plugins unpacked beside them. */
final class Cluster implements AutoCloseable {
  private static final String BROKER_INSTALLATION = "kafka-4.3";
  private static final Path JMX_EXPORTER =
      Path.of("installations/kafka-4.3/target/jmx-exporter.jar").toAbsolutePath();

  private final Path directory;
  private final Path plugins;
  private final int brokerPort = ServerProcess.freePort();
  private final List<AutoCloseable> processes = new ArrayList<>();

  private Cluster(Path directory) throws IOException {
    this.directory = directory;
    this.plugins = Files.createDirectories(directory.resolve("plugins"));
  }

  /**
   * Starts the broker, and unpacks our archives into the workers' {@code plugin.path}, beside
   * somebody else's plugins.
   *
   * @param neighbours a directory with theirs
   */
  static Cluster start(Path directory, Path neighbours) throws IOException, InterruptedException {
    Cluster cluster = new Cluster(directory);
    for (Path archive : Archives.all()) {
      Archives.unpack(archive, cluster.plugins);
    }
    copy(neighbours, cluster.plugins);
    cluster.startBroker();
    return cluster;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  Path plugins() {
    return plugins;
  }

  String bootstrapServers() {
    return "127.0.0.1:" + brokerPort;
  }

  private void startBroker() throws IOException, InterruptedException {
    int controllerPort = ServerProcess.freePort();
    Map<String, String> config = new HashMap<>();
    config.put("process.roles", "broker,controller");
    config.put("node.id", "1");
    config.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    config.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:" + brokerPort + ",CONTROLLER://127.0.0.1:" + controllerPort);
    config.put("controller.listener.names", "CONTROLLER");
    config.put("log.dirs", directory.resolve("kafka-data").toString());
    config.put("offsets.topic.replication.factor", "1");
    config.put("transaction.state.log.replication.factor", "1");
    config.put("transaction.state.log.min.isr", "1");
    config.put("group.initial.rebalance.delay.ms", "0");
    Path file = ServerProcess.properties(directory.resolve("broker.properties"), config);
    ServerProcess.start(
            BROKER_INSTALLATION,
            directory,
            "format",
            "kafka.tools.StorageTool",
            "format",
            "--cluster-id",
            "AAAAAAAAAAAAAAAAAAAAAA",
            "--config",
            file.toString())
        .awaitSuccess();
    processes.add(
        ServerProcess.start(
            BROKER_INSTALLATION, directory, "broker", "kafka.Kafka", file.toString()));
  }

  /** Starts one more worker of the group. */
  Worker startWorker(String installation) throws IOException {
    return startWorker(installation, Map.of());
  }

  /**
   * Starts one more worker of the group.
   *
   * @param settings of the worker, beside or instead of the usual ones
   */
  Worker startWorker(String installation, Map<String, String> settings) throws IOException {
    String name = "worker-" + processes.size();
    int port = ServerProcess.freePort();
    Map<String, String> config = new HashMap<>();
    config.put("bootstrap.servers", bootstrapServers());
    config.put("group.id", "connect");
    config.put("listeners", "http://127.0.0.1:" + port);
    config.put("rest.advertised.host.name", "127.0.0.1");
    config.put("config.storage.topic", "connect-configs");
    config.put("offset.storage.topic", "connect-offsets");
    config.put("status.storage.topic", "connect-status");
    config.put("config.storage.replication.factor", "1");
    config.put("offset.storage.replication.factor", "1");
    config.put("status.storage.replication.factor", "1");
    config.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("plugin.path", plugins.toString());
    config.put("plugin.discovery", "service_load");
    config.put("exactly.once.source.support", "enabled");
    config.put("connector.client.config.override.policy", "All");
    config.put("config.providers", "file");
    config.put(
        "config.providers.file.class",
        "org.apache.kafka.common.config.provider.FileConfigProvider");
    config.put("session.timeout.ms", "10000");
    config.put("heartbeat.interval.ms", "3000");
    config.put("scheduled.rebalance.max.delay.ms", "2000");
    config.putAll(settings);
    Path file = ServerProcess.properties(directory.resolve(name + ".properties"), config);
    int metricsPort = ServerProcess.freePort();
    ServerProcess process =
        ServerProcess.start(
            installation,
            directory,
            name,
            "-javaagent:%s=127.0.0.1:%d:%s".formatted(JMX_EXPORTER, metricsPort, exporterRules()),
            "org.apache.kafka.connect.cli.ConnectDistributed",
            file.toString());
    Worker worker = new Worker(process, port, metricsPort);
    processes.add(worker);
    return worker;
  }

  /** As the archives carry them. */
  private Path exporterRules() throws IOException {
    try (var plugin = Files.list(plugins)) {
      return plugin
          .map(directory -> directory.resolve("etc/monitoring/jmx-exporter.yaml"))
          .filter(Files::exists)
          .findFirst()
          .orElseThrow();
    }
  }

  @Override
  public void close() throws Exception {
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).close();
    }
  }
}
