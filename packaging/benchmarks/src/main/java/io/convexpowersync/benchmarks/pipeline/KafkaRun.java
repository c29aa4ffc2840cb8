package io.convexpowersync.benchmarks.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.standalone.config.PostgresAddress;
import io.convexpowersync.standalone.config.Secret;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The two connectors in a Connect worker. */
final class KafkaRun {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** The worker pays for its answers. */
  private static final int POLLS_PER_CHECK = 40;

  private final KafkaCluster cluster;
  private final Target target;
  private final DeploymentProcess deployment;
  private final CpuMeter meter;
  private final String name;
  private final String source;
  private final String sink;

  /**
   * @param name of the topics, and in front of what is printed
   */
  KafkaRun(KafkaCluster cluster, Target target, DeploymentProcess deployment, String name)
      throws SQLException {
    this.cluster = cluster;
    this.target = target;
    this.deployment = deployment;
    this.meter = CpuMeter.of(cluster.worker(), cluster.broker(), target.connection());
    this.name = name;
    this.source = name + "-source";
    this.sink = name + "-sink";
  }

  void measure(int documents, int commits) throws IOException, SQLException {
    String what = name.replace('_', ' ') + ": ";
    CpuTime start = meter.now();
    cluster.configure(source, sourceConfig());
    cluster.configure(sink, sinkConfig());
    Report.line(what + "first build", documents, replicated(start));
    cluster.stop(source);
    deployment.commit(commits);
    start = meter.now();
    cluster.resume(source);
    Report.line(what + "one-row commits", commits, replicated(start));
    cluster.delete(source);
    cluster.delete(sink);
  }

  /** Waits until everything that the deployment holds is published. */
  private CpuTime replicated(CpuTime start) throws IOException, SQLException {
    for (int polls = 1; target.published() < deployment.head(); polls++) {
      if (polls % POLLS_PER_CHECK == 0) {
        cluster.check(source);
        cluster.check(sink);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return meter.now().since(start);
  }

  private ObjectNode sourceConfig() throws IOException {
    return KafkaCluster.example("convex-source.json")
        .put("deployment.url", deployment.url())
        .put("deploy.key", deployment.key())
        .put("topic.prefix", name)
        .put("table.topics", "false")
        .put("topic.creation.log.include", name + "\\.log");
  }

  private ObjectNode sinkConfig() throws IOException {
    PostgresAddress address = target.address();
    return KafkaCluster.example("powersync-sink.json")
        .put("topics", name + ".log")
        .put("connection.url", address.jdbcUrl())
        .put("connection.user", address.user().orElseThrow())
        .put("connection.password", address.password().map(Secret::reveal).orElseThrow());
  }
}
