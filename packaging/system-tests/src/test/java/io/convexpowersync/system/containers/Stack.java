package io.convexpowersync.system.containers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The services of {@code config-examples/docker-compose}, from the same images and with the same
 * configuration files.
 */
final class Stack implements AutoCloseable {
  private static final Path COMPOSE = Path.of("../../config-examples/docker-compose");
  private static final Path TODO_FUNCTIONS = Path.of("../../config-examples/todo/convex");
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** The command line of the backend's time. */
  private static final String CONVEX_CLI = "1.46.0";

  private static final int CONVEX_PORT = 3210;
  private static final int CONNECT_PORT = 8083;
  private static final int POWERSYNC_PORT = 8080;

  private final ComposeFile images = ComposeFile.read(COMPOSE.resolve("docker-compose.yml"));
  private final Network network = Network.newNetwork();
  private final List<GenericContainer<?>> started = new ArrayList<>();
  private final GenericContainer<?> convex;
  private final GenericContainer<?> connect;
  private final GenericContainer<?> powersync;
  private final String adminKey;

  /**
   * Starts everything.
   *
   * @param plugins directory with the unpacked plugins
   */
  Stack(Path plugins) throws IOException, InterruptedException {
    try {
      convex = start(convex());
      ExecResult key = convex.execInContainer("./generate_admin_key.sh");
      adminKey = key.getStdout().lines().reduce((first, last) -> last).orElseThrow().strip();
      start(functions());
      start(postgres());
      start(kafka());
      start(powersync("migrate", "up").withStartupCheckStrategy(oneShot()));
      powersync =
          start(
              powersync("start", "-r", "api")
                  .withExposedPorts(POWERSYNC_PORT)
                  .waitingFor(Wait.forListeningPort()));
      connect = start(connect(plugins));
    } catch (RuntimeException | IOException | InterruptedException e) {
      close();
      throw e;
    }
  }

  String adminKey() {
    return adminKey;
  }

  String convexUrl() {
    return url(convex, CONVEX_PORT);
  }

  String connectUrl() {
    return url(connect, CONNECT_PORT);
  }

  String powersyncUrl() {
    return url(powersync, POWERSYNC_PORT);
  }

  private static String url(GenericContainer<?> container, int port) {
    return "http://" + container.getHost() + ":" + container.getMappedPort(port);
  }

  private GenericContainer<?> start(GenericContainer<?> container) {
    started.add(container);
    container.start();
    return container;
  }

  private GenericContainer<?> service(String name) {
    return new GenericContainer<>(DockerImageName.parse(images.image(name)))
        .withEnv(images.environment(name))
        .withNetwork(network)
        .withNetworkAliases(name)
        .withStartupTimeout(LIMIT);
  }

  private GenericContainer<?> convex() {
    return service("convex")
        .withExposedPorts(CONVEX_PORT)
        .waitingFor(Wait.forHttp("/version").forPort(CONVEX_PORT));
  }

  /** Deploys the functions of the to-do example. */
  private GenericContainer<?> functions() {
    return new GenericContainer<>(DockerImageName.parse("node:24.11-alpine"))
        .withNetwork(network)
        .withEnv("CONVEX_SELF_HOSTED_URL", "http://convex:" + CONVEX_PORT)
        .withEnv("CONVEX_SELF_HOSTED_ADMIN_KEY", adminKey)
        .withCopyFileToContainer(MountableFile.forHostPath(TODO_FUNCTIONS), "/app/convex")
        .withWorkingDirectory("/app")
        .withCommand(
            "sh", "-c", "npm init -y && npm install convex@" + CONVEX_CLI + " && npx convex deploy")
        .withStartupCheckStrategy(oneShot());
  }

  private static OneShotStartupCheckStrategy oneShot() {
    return (OneShotStartupCheckStrategy) new OneShotStartupCheckStrategy().withTimeout(LIMIT);
  }

  private GenericContainer<?> postgres() {
    return service("postgres").waitingFor(Wait.forLogMessage(".*ready to accept connections.*", 2));
  }

  private GenericContainer<?> kafka() {
    return service("kafka").waitingFor(Wait.forLogMessage(".*Kafka Server started.*", 1));
  }

  private GenericContainer<?> powersync(String... command) {
    return service("powersync")
        .withEnv("PS_CONVEX_DEPLOY_KEY", adminKey)
        .withCopyFileToContainer(
            MountableFile.forHostPath(COMPOSE.resolve("service.yaml")), "/config/service.yaml")
        .withCommand(command);
  }

  private GenericContainer<?> connect(Path plugins) {
    String secrets = "convex.admin.key=" + adminKey + "\npowersync.storage.password=powersync\n";
    return service("connect")
        .withExposedPorts(CONNECT_PORT)
        .withCopyFileToContainer(
            MountableFile.forHostPath(COMPOSE.resolve("worker.properties")),
            "/etc/kafka-connect/worker.properties")
        .withCopyToContainer(Transferable.of(secrets), "/etc/kafka-connect/secrets.properties")
        .withCopyFileToContainer(MountableFile.forHostPath(plugins), "/opt/connect-plugins")
        .withCommand(images.command("connect"))
        .waitingFor(Wait.forHttp("/connectors").forPort(CONNECT_PORT));
  }

  @Override
  public void close() {
    for (int i = started.size() - 1; i >= 0; i--) {
      started.get(i).stop();
    }
    network.close();
  }
}
