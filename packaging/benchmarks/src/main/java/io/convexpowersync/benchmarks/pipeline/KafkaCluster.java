package io.convexpowersync.benchmarks.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A stock broker and a stock Connect worker, a process each, with the heaps and collector that
 * Kafka's own scripts give them, and the plugins from the ZIPs.
 */
final class KafkaCluster implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LONGEST_WAIT_SECONDS = 60;

  /** Class path of the Kafka installation. */
  private static final Path CLASS_PATH = Path.of(System.getProperty("kafka.classpath", ""));

  private static final String PLUGINS = System.getProperty("kafka.plugins", "");
  private static final Path EXAMPLES = Path.of(System.getProperty("kafka.examples", ""));

  private final Path directory;
  private final List<Process> processes = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private URI rest;

  private KafkaCluster(Path directory) {
    this.directory = directory;
  }

  /** Starts both, and waits until the worker answers. */
  static KafkaCluster start(Path directory) throws IOException, InterruptedException {
    KafkaCluster cluster = new KafkaCluster(directory);
    try {
      cluster.startWorker(cluster.startBroker());
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  Process broker() {
    return processes.get(0);
  }

  Process worker() {
    return processes.get(1);
  }

  private String startBroker() throws IOException, InterruptedException {
    int port = freePort();
    int controllerPort = freePort();
    String config =
        properties(
            "broker",
            Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@127.0.0.1:" + controllerPort,
                "listeners",
                    "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                "controller.listener.names", "CONTROLLER",
                "log.dirs", directory.resolve("kafka-data").toString(),
                "offsets.topic.replication.factor", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1"));
    Process format =
        java(
            "format",
            "-Xmx256m",
            "kafka.tools.StorageTool",
            List.of("format", "--cluster-id", "AAAAAAAAAAAAAAAAAAAAAA", "--config", config));
    if (format.waitFor() != 0) {
      throw new IOException("Formatting the broker's directory failed: " + log("format"));
    }
    processes.add(java("broker", "-Xmx1g", "kafka.Kafka", List.of(config)));
    return "127.0.0.1:" + port;
  }

  private void startWorker(String bootstrapServers) throws IOException {
    int port = freePort();
    Properties config = new Properties();
    config.put("bootstrap.servers", bootstrapServers);
    config.put("group.id", "connect");
    config.put("listeners", "http://127.0.0.1:" + port);
    for (String topic : List.of("config", "offset", "status")) {
      config.put(topic + ".storage.topic", "connect-" + topic);
      config.put(topic + ".storage.replication.factor", "1");
    }
    config.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("plugin.path", PLUGINS);
    config.put("plugin.discovery", "service_load");
    config.put("exactly.once.source.support", "enabled");
    config.put("connector.client.config.override.policy", "All");
    processes.add(
        java(
            "worker",
            "-Xmx2g",
            "org.apache.kafka.connect.cli.ConnectDistributed",
            List.of(properties("worker", config))));
    rest = URI.create("http://127.0.0.1:" + port);
    await("/connectors");
  }

  private void await(String path) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_WAIT_SECONDS);
    while (!answers(path)) {
      if (System.nanoTime() > deadline || !worker().isAlive()) {
        throw new IOException("The Connect worker does not answer " + path + ": " + log("worker"));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private boolean answers(String path) {
    try {
      request("GET", path, "");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** The configuration of an example, to be changed and given to {@link #configure}. */
  static ObjectNode example(String file) throws IOException {
    return (ObjectNode) JSON.readTree(EXAMPLES.resolve(file).toFile()).get("config");
  }

  /** Creates a connector, and waits until it has started. */
  void configure(String connector, ObjectNode config) throws IOException {
    request("PUT", "/connectors/" + connector + "/config", config.toString());
    await(status(connector));
  }

  private static String status(String connector) {
    return "/connectors/" + connector + "/status";
  }

  /** Stops a connector's task, and waits until it has stopped. */
  void stop(String connector) throws IOException {
    request("PUT", "/connectors/" + connector + "/stop", "");
    while (!JSON.readTree(request("GET", status(connector), "")).get("tasks").isEmpty()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  void resume(String connector) throws IOException {
    request("PUT", "/connectors/" + connector + "/resume", "");
  }

  void delete(String connector) throws IOException {
    request("DELETE", "/connectors/" + connector, "");
  }

  /** Throws if a task of the connector has failed. */
  void check(String connector) throws IOException {
    String status = request("GET", status(connector), "");
    if (status.contains("\"FAILED\"")) {
      throw new IOException("The connector has failed: " + status);
    }
  }

  private String request(String method, String path, String body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(rest.resolve(path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new IOException(method + " " + path + ": " + response.body());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** As kafka-run-class.sh starts it. */
  private Process java(String name, String heap, String mainClass, List<String> arguments)
      throws IOException {
    List<String> line = new ArrayList<>();
    line.add(ProcessHandle.current().info().command().orElse("java"));
    line.addAll(
        List.of(
            heap,
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp",
            Files.readString(CLASS_PATH).strip(),
            mainClass));
    line.addAll(arguments);
    return new ProcessBuilder(line)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(name + ".log").toFile())
        .start();
  }

  private String log(String name) throws IOException {
    return Files.readString(directory.resolve(name + ".log"));
  }

  private String properties(String name, Map<?, ?> values) throws IOException {
    Properties properties = new Properties();
    properties.putAll(values);
    Path file = directory.resolve(name + ".properties");
    try (Writer out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    }
    return file.toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws InterruptedException {
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).destroy();
      processes.get(i).waitFor();
    }
  }
}
