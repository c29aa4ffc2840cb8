package io.convexpowersync.source.metrics;

import io.convexpowersync.source.stream.StreamClock;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a task's metrics under Debezium's names. Where another task has the names already, which
 * may be this task's predecessor that has not quite ended, the metrics are not shown until the
 * names are free; the task works all the same. That is said unless the names are meant to be
 * shared. Used by one thread.
 */
final class MBeans {
  private static final Logger LOG = LoggerFactory.getLogger(MBeans.class);
  private static final long RETRY_MS = 10_000;

  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final MetricsNames names;
  private final Map<String, Object> beans;
  private final StreamClock clock;
  private final List<ObjectName> registered = new ArrayList<>();
  private long nextAttempt;
  private boolean said;

  /**
   * The beans of one task.
   *
   * @param names where they are shown
   * @param beans by context, {@code streaming} or {@code snapshot}
   * @param clock time
   */
  MBeans(MetricsNames names, Map<String, Object> beans, StreamClock clock) {
    this.names = names;
    this.beans = beans;
    this.clock = clock;
    this.nextAttempt = clock.elapsedMs();
  }

  /** Registers what is not registered yet, if an attempt is due. */
  void register() {
    if (registered.size() == beans.size() || clock.elapsedMs() < nextAttempt) {
      return;
    }
    nextAttempt = clock.elapsedMs() + RETRY_MS;
    try {
      for (Map.Entry<String, Object> bean : beans.entrySet()) {
        ObjectName name = name(bean.getKey());
        if (!registered.contains(name)) {
          server.registerMBean(bean.getValue(), name);
          registered.add(name);
        }
      }
    } catch (InstanceAlreadyExistsException e) {
      if (!names.shared()) {
        say(
            "another task of this worker with the same topic.prefix shows its metrics there;"
                + " every connector needs a prefix of its own");
      }
    } catch (JMException | SecurityException e) {
      say(e.toString());
    }
  }

  private void say(String why) {
    if (!said) {
      LOG.warn("The metrics of {} cannot be shown under their JMX names: {}", names.prefix(), why);
      said = true;
    }
  }

  private ObjectName name(String context) throws JMException {
    return new ObjectName(
        "debezium.convex:type=connector-metrics,context=%s,server=%s"
            .formatted(context, names.prefix()));
  }

  /** Takes away what this one registered. */
  void unregister() {
    for (ObjectName name : registered) {
      try {
        server.unregisterMBean(name);
      } catch (JMException | SecurityException e) {
        LOG.warn("The metrics {} cannot be taken away", name, e);
      }
    }
    registered.clear();
  }
}
