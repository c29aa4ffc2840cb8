package io.convexpowersync.sink.metrics;

import io.convexpowersync.sink.SinkCore;
import io.convexpowersync.sink.SinkCounters;
import io.convexpowersync.sink.SinkGauges;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of one sink, registered from {@link #register} to {@link #close}. A sink of the same
 * name that was registered before is replaced: its task has been given up. Reading an attribute
 * never waits for the sink.
 */
public final class SinkMetrics implements SinkMetricsMBean, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SinkMetrics.class);
  private static final String DOMAIN = "powersync.sink";
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Whose are the names: a task that was given up must not take away its successor's. */
  private static final Map<ObjectName, SinkMetrics> OWNERS = new ConcurrentHashMap<>();

  private final ObjectName name;
  private final Supplier<SinkCore> core;
  private final Clock clock;
  private final StandardMBean bean;

  private SinkMetrics(ObjectName name, Supplier<SinkCore> core, Clock clock) {
    this.name = name;
    this.core = core;
    this.clock = clock;
    this.bean = new StandardMBean(this, SinkMetricsMBean.class, false);
  }

  /**
   * Makes the metrics visible. When that fails, the sink works without them.
   *
   * @param connector name of the connector
   * @param core what is measured; may give null while there is none
   */
  public static SinkMetrics register(String connector, Supplier<SinkCore> core, Clock clock) {
    SinkMetrics metrics = new SinkMetrics(objectName(connector), core, clock);
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    OWNERS.put(metrics.name, metrics);
    try {
      if (server.isRegistered(metrics.name)) {
        server.unregisterMBean(metrics.name);
      }
      server.registerMBean(metrics.bean, metrics.name);
    } catch (JMException e) {
      LOG.warn("The metrics {} are not visible in JMX", metrics.name, e);
    }
    return metrics;
  }

  /** Under which the metrics of a connector are found. */
  public static ObjectName objectName(String connector) {
    boolean plain = connector.matches("[A-Za-z0-9._ -]+");
    String value = plain ? connector : ObjectName.quote(connector);
    try {
      return new ObjectName(DOMAIN + ":type=sink-metrics,connector=" + value);
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

  private SinkCounters counters() {
    SinkCore measured = core.get();
    return measured == null ? SinkCounters.NONE : measured.counters();
  }

  private SinkGauges gauges() {
    SinkCore measured = core.get();
    return measured == null ? SinkGauges.NONE : measured.gauges();
  }

  @Override
  public boolean isWriting() {
    return gauges().writing();
  }

  @Override
  public long getRowsReplicatedTotal() {
    return counters().changes();
  }

  @Override
  public long getDataReplicatedBytesTotal() {
    return counters().documentChars();
  }

  @Override
  public long getTransactionsReplicatedTotal() {
    return counters().commits();
  }

  @Override
  public long getOperationsTotal() {
    return counters().operations();
  }

  @Override
  public long getParametersTotal() {
    return counters().parameters();
  }

  @Override
  public long getCheckpointsTotal() {
    return counters().publications();
  }

  @Override
  public long getWriteCheckpointsReleasedTotal() {
    return counters().releases();
  }

  @Override
  public long getEvaluationErrorsTotal() {
    return counters().evaluationErrors();
  }

  @Override
  public long getUnpublishedRows() {
    return gauges().unpublishedRows();
  }

  @Override
  public double getReplicationLagSeconds() {
    long oldest = gauges().oldestUnpublishedTs();
    long now = TimeUnit.MILLISECONDS.toNanos(clock.millis());
    return oldest == 0 ? 0 : Math.max(0, (now - oldest) / NANOS_PER_SECOND);
  }

  @Override
  public long getPositionLagNanos() {
    SinkGauges now = gauges();
    return Math.max(0, now.received().ts() - now.published().ts());
  }

  @Override
  public String getReceivedPosition() {
    return gauges().received().toString();
  }

  @Override
  public String getPublishedPosition() {
    return gauges().published().toString();
  }

  @Override
  public long getMilliSecondsSinceLastCheckpoint() {
    long last = gauges().lastPublicationMs();
    return last == 0 ? -1 : Math.max(0, clock.millis() - last);
  }
}
