package io.convexpowersync.sink.metrics;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics of one sink in JMX, from {@link #of} to {@link #close}. Those of a sink of the same name
 * are replaced: its task has been given up.
 */
public final class Registration implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

  /** Whose are the names: a task that was given up must not take away its successor's. */
  private static final Map<ObjectName, Registration> OWNERS = new ConcurrentHashMap<>();

  private final ObjectName name;

  private Registration(ObjectName name) {
    this.name = name;
  }

  /**
   * Makes metrics visible. When that fails, the sink works without them.
   *
   * @param connector name of the connector
   */
  public static Registration of(String connector, SinkMetricsMBean metrics) {
    Registration registration = new Registration(objectName(connector));
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    OWNERS.put(registration.name, registration);
    try {
      if (server.isRegistered(registration.name)) {
        server.unregisterMBean(registration.name);
      }
      StandardMBean bean = new StandardMBean(metrics, SinkMetricsMBean.class, false);
      server.registerMBean(bean, registration.name);
    } catch (JMException e) {
      LOG.warn("The metrics {} are not visible in JMX", registration.name, e);
    }
    return registration;
  }

  private static ObjectName objectName(String connector) {
    boolean plain = connector.matches("[A-Za-z0-9._ -]+");
    String value = plain ? connector : ObjectName.quote(connector);
    try {
      return new ObjectName("powersync.sink:type=sink-metrics,connector=" + value);
    } catch (JMException e) {
      throw new IllegalArgumentException("No JMX name can be made of " + connector, e);
    }
  }

  @Override
  public void close() {
    if (!OWNERS.remove(name, this)) {
      return;
    }
    try {
      ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
    } catch (JMException e) {
      LOG.debug("The metrics {} were not visible", name, e);
    }
  }
}
