package io.convexpowersync.sink;

import io.convexpowersync.sink.metrics.Registration;
import io.convexpowersync.sink.metrics.SinkMetricsMBean;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What a sink core does and where it stands, in JMX from {@link #register} to {@link #close}.
 * Reading an attribute never waits for the core.
 */
public final class SinkMetrics implements SinkMetricsMBean, AutoCloseable {
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Registration registration;
  private final Supplier<SinkCore> core;
  private final Clock clock;

  private SinkMetrics(String connector, Supplier<SinkCore> core, Clock clock) {
    this.core = core;
    this.clock = clock;
    this.registration = Registration.of(connector, this);
  }

  /**
   * Makes the metrics visible.
   *
   * @param connector name of the connector
   * @param core what is measured; may give null while there is none
   */
  public static SinkMetrics register(String connector, Supplier<SinkCore> core, Clock clock) {
    return new SinkMetrics(connector, core, clock);
  }

  @Override
  public void close() {
    registration.close();
  }

  private SinkCounters counters() {
    SinkCore measured = core.get();
    return measured == null ? SinkCounters.NONE : measured.counters();
  }

  private SinkGauges gauges() {
    SinkCore measured = core.get();
    return measured == null ? SinkGauges.NONE : measured.gauges();
  }

  private Optional<RebuildProgress> rebuild() {
    return Optional.ofNullable(core.get()).flatMap(SinkCore::rebuild);
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

  @Override
  public int getRebuildStream() {
    return rebuild().map(progress -> progress.stream().value()).orElse(0);
  }

  @Override
  public long getRebuildRows() {
    return rebuild().map(RebuildProgress::rows).orElse(0L);
  }

  @Override
  public long getRebuildRecordsBehind() {
    return rebuild().map(RebuildProgress::recordsBehind).orElse(0L);
  }

  @Override
  public String getRebuildWaitingFor() {
    return rebuild().map(RebuildProgress::waitingFor).orElse("");
  }
}
