package io.convexpowersync.system;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;

/** A broker and a Connect worker inside the test's own JVM. */
final class ConnectClusters {
  private ConnectClusters() {}

  /**
   * Starts them.
   *
   * @param broker settings of the broker beside the usual ones
   * @param worker settings of the worker beside or instead of the usual ones
   */
  static EmbeddedConnectCluster start(Map<String, String> broker, Map<String, String> worker) {
    Properties brokerProperties = new Properties();
    brokerProperties.put("transaction.state.log.replication.factor", "1");
    brokerProperties.put("transaction.state.log.min.isr", "1");
    brokerProperties.put("offsets.topic.replication.factor", "1");
    brokerProperties.put("group.initial.rebalance.delay.ms", "0");
    brokerProperties.putAll(broker);
    Map<String, String> workerProperties = new HashMap<>();
    workerProperties.put("plugin.discovery", "service_load");
    workerProperties.put("exactly.once.source.support", "enabled");
    workerProperties.put("offset.flush.interval.ms", "1000");
    workerProperties.putAll(worker);
    EmbeddedConnectCluster cluster =
        new EmbeddedConnectCluster.Builder()
            .name("convex")
            .numWorkers(1)
            .numBrokers(1)
            .brokerProps(brokerProperties)
            .workerProps(workerProperties)
            .build();
    cluster.start();
    return cluster;
  }
}
