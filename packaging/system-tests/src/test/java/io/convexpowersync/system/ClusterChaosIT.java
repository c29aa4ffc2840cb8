package io.convexpowersync.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.standalone.config.PostgresAddress;
import io.convexpowersync.standalone.postgres.PostgresServer;
import io.convexpowersync.storage.Checkpoint;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorStateInfo;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Source, broker, sink, database: each is stopped, killed or moved at random moments while
 * mutations over several tables go on, and the cleaner removes whatever it can of the log. At every
 * checkpoint that was published on the way, clients hold exactly the deployment's state at its LSN,
 * and at the end nothing is missing.
 */
class ClusterChaosIT {
  private static final int ROUNDS = Integer.getInteger("chaos.rounds");
  private static final int CHECKPOINTS_PER_ROUND = 25;
  private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("chaos.outage"));
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String SINK = "powersync";
  private static final String SOURCE = "convex";

  private final Random random = new Random(20260822);
  private final CountDownLatch enough = new CountDownLatch(1);

  @TempDir Path directory;
  private int port;
  private PostgresServer postgres;
  private Storage storage;
  private ConvexEmulator emulator;
  private EmbeddedConnectCluster connect;
  private Thread mutations;

  private void start(boolean exactlyOnce) throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    postgres = PostgresServer.durable(directory, port);
    storage = Storage.in(postgres.address());
    emulator = ConvexEmulator.start();
    connect =
        ConnectClusters.start(
            Map.of("log.cleaner.backoff.ms", "100"),
            Map.of(
                "exactly.once.source.support",
                exactlyOnce ? "enabled" : "disabled",
                "offset.flush.interval.ms",
                "500",
                "scheduled.rebalance.max.delay.ms",
                "100"));
  }

  @AfterEach
  void stop() throws Exception {
    enough.countDown();
    // What failed in the middle of a start leaves the rest null.
    if (mutations != null) {
      mutations.join();
    }
    if (connect != null) {
      connect.stop();
    }
    emulator.close();
    storage.close();
    postgres.close();
  }

  @ParameterizedTest(name = "exactly-once source: {0}")
  @ValueSource(booleans = {true, false})
  void everyCheckpointIsTheDeploymentsStateWhateverIsKilled(boolean exactlyOnce) throws Exception {
    start(exactlyOnce);
    TodoWorkload workload = new TodoWorkload(emulator, 3);
    workload.populate(6, 12, 150);
    connect.configureConnector(SOURCE, source());
    connect.configureConnector(SINK, sink());
    storage.awaitHead(emulator, LIMIT);
    try (PublishedCheckpoints checkpoints = PublishedCheckpoints.listen(storage)) {
      mutateInBackground(workload);
      for (int round = 0; round < ROUNDS; round++) {
        enough.await(200 + random.nextInt(800), TimeUnit.MILLISECONDS);
        disturb(round);
        storage.awaitHead(emulator, LIMIT);
        int enoughForRound = CHECKPOINTS_PER_ROUND * (round + 1);
        Storage.await(LIMIT, () -> checkpoints.all().size() >= enoughForRound);
      }
      if (exactlyOnce) {
        survivesALongOutage();
      }
      enough.countDown();
      mutations.join();
      storage.awaitHead(emulator, LIMIT);
      verifyAll(checkpoints.all());
    }
  }

  private void verifyAll(List<Checkpoint> published) {
    for (Checkpoint checkpoint : published) {
      storage.verify(emulator, checkpoint);
    }
    storage.verify(emulator);
    System.out.printf("cluster chaos: %d rounds, %d checkpoints%n", ROUNDS, published.size());
  }

  private void disturb(int round) throws Exception {
    switch (round % 8) {
      case 0 -> connect.restartTask(SINK, 0);
      case 1 -> connect.restartTask(SOURCE, 0);
      case 2 -> terminate("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ");
      case 3 -> restartWorker();
      case 4 -> crashPostgres();
      case 5 -> reconfigureSink();
      case 6 -> restartPostgres();
      default -> connect.restartConnectorAndTasks(SINK, false, true, false);
    }
  }

  /** The sink's sessions only. */
  private void terminate(String what) throws SQLException {
    query(what + "application_name = '" + SINK + "'");
  }

  /** All sessions end and the server recovers, as after a kill of one of its processes. */
  private void crashPostgres() throws SQLException {
    List<String> sessions =
        query("SELECT pid FROM pg_stat_activity WHERE application_name = '" + SINK + "'");
    assertThat(sessions).isNotEmpty();
    ProcessHandle.of(Long.parseLong(sessions.get(0))).ifPresent(ProcessHandle::destroyForcibly);
  }

  private void restartPostgres() {
    postgres.close();
    postgres = PostgresServer.durable(directory, port);
  }

  private void restartWorker() {
    connect.removeWorker();
    connect.addWorker();
    connect.requestTimeout(TimeUnit.MINUTES.toMillis(1));
  }

  /** The partition goes to a task of the next generation. */
  private void reconfigureSink() throws Exception {
    Map<String, String> config = sink();
    config.put("write.max.rows", Integer.toString(1 + random.nextInt(5_000)));
    connect.configureConnector(SINK, config);
  }

  private void survivesALongOutage() throws Exception {
    Storage.await(LIMIT, () -> running(SINK));
    double rebalances = rebalances();
    postgres.close();
    for (long waited = 0; waited < OUTAGE.toSeconds(); waited++) {
      enough.await(1, TimeUnit.SECONDS);
      assertThat(running(SINK)).as("task runs %d s into the outage", waited).isTrue();
    }
    postgres = PostgresServer.durable(directory, port);
    storage.awaitHead(emulator, LIMIT);
    assertThat(running(SINK)).isTrue();
    assertThat(rebalances()).as("rebalances of the sink's group").isEqualTo(rebalances);
  }

  private boolean running(String connector) {
    ConnectorStateInfo status = connect.connectorStatus(connector);
    return !status.tasks().isEmpty()
        && status.tasks().stream().allMatch(task -> task.state().equals("RUNNING"));
  }

  /** As the sink's consumer counts them. */
  private static double rebalances() throws JMException {
    Set<ObjectName> names =
        ManagementFactory.getPlatformMBeanServer()
            .queryNames(
                new ObjectName(
                    "kafka.consumer:type=consumer-coordinator-metrics,client-id=connector-consumer-"
                        + SINK
                        + "-0"),
                null);
    assertThat(names).hasSize(1);
    return (double)
        ManagementFactory.getPlatformMBeanServer()
            .getAttribute(names.iterator().next(), "rebalance-total");
  }

  private void mutateInBackground(TodoWorkload workload) {
    mutations =
        new Thread(
            () -> {
              try {
                while (!enough.await(25, TimeUnit.MILLISECONDS)) {
                  workload.mutate();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "mutations");
    mutations.start();
  }

  private Map<String, String> source() throws Exception {
    Map<String, String> config = ConnectClusterIT.example("convex-source.json");
    config.put("deployment.url", emulator.url());
    config.put("deploy.key", emulator.adminKey());
    config.put("table.topics", "false");
    config.put("poll.interval.ms", "20");
    config.put("resolved.interval.ms", "0");
    config.put("topic.creation.log.segment.ms", "1000");
    config.put("topic.creation.log.min.cleanable.dirty.ratio", "0");
    config.put("topic.creation.log.min.compaction.lag.ms", "0");
    return config;
  }

  private Map<String, String> sink() throws Exception {
    Map<String, String> config = ConnectClusterIT.example("powersync-sink.json");
    PostgresAddress address = postgres.address();
    config.put("connection.url", address.jdbcUrl());
    config.put("connection.user", storage.user());
    config.put("connection.password", storage.password());
    config.put("checkpoint.min.interval.ms", "5");
    config.put("clock.skew.ms", "0");
    return config;
  }

  private List<String> query(String sql) throws SQLException {
    try (var connection =
            DriverManager.getConnection(storage.jdbcUrl(), storage.user(), storage.password());
        var rows = connection.createStatement().executeQuery(sql)) {
      List<String> result = new ArrayList<>();
      while (rows.next()) {
        result.add(rows.getString(1));
      }
      return result;
    }
  }
}
