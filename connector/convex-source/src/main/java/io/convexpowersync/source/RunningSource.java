package io.convexpowersync.source;

import io.convexpowersync.client.ConvexDeployment;
import io.convexpowersync.client.ConvexException;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.source.metrics.Gauges;
import io.convexpowersync.source.metrics.RequestHealth;
import io.convexpowersync.source.metrics.TaskMetrics;
import io.convexpowersync.source.pages.PagePump;
import io.convexpowersync.source.stream.ChangeStream;
import io.convexpowersync.source.stream.Emission;
import io.convexpowersync.source.stream.Signal;
import io.convexpowersync.source.stream.SignalQueue;
import io.convexpowersync.source.stream.SnapshotCommand;
import io.convexpowersync.source.stream.StreamException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running task: asks the deployment, feeds the stream, and hands out records. {@link #poll} is
 * called by one thread; {@link #close} by any.
 */
final class RunningSource implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningSource.class);
  private static final long LONGEST_POLL_MS = 1_000;

  private final SourceConfig config;
  private final SourceEnvironment environment;
  private final ChangeStream stream;
  private final PagePump pump;
  private final RetryBudget retries;
  private final Recovery recovery;
  private final TaskMetrics metrics;
  private final SilenceWatch silence;
  private final RetentionWatch retention;
  private final Watchdog watchdog;
  private final ProgressLog progress;
  private final Consumer<SourceRecord> commitPoint;
  private final StoredOffsets stored;
  private final SignalQueue signals = new SignalQueue();
  private final OperatorChannels channels;
  private volatile RecordFactory records;

  RunningSource(
      SourceConfig config,
      SourceEnvironment environment,
      StoredOffsets stored,
      Consumer<SourceRecord> commitPoint) {
    this.config = config;
    this.environment = environment;
    ConvexDeployment deployment = environment.connect(config);
    this.channels = new OperatorChannels(config, environment, stored.stream(), signals::add);
    this.stream =
        new ChangeStream(
            config.stream(),
            stored.stream(),
            environment::newSnapshotId,
            environment.clock(),
            channels.commands());
    String prefix = config.topics().prefix();
    this.pump =
        new PagePump(
            deployment,
            stream,
            new PagePump.Limits(prefix, config.pollIntervalMs(), config.maxBatchBytes()),
            environment.clock());
    RequestHealth health = new RequestHealth(environment.clock());
    this.retries =
        new RetryBudget(config.retries(), environment.clock(), environment::random, health);
    this.retention = new RetentionWatch(prefix, config.retentionMs(), environment.clock());
    Gauges gauges = new Gauges(this::tooLarge, retention::isLate);
    this.metrics = new TaskMetrics(config.metrics(), environment.clock(), health, gauges);
    this.silence = new SilenceWatch(prefix, config.pollIntervalMs(), health, environment.clock());
    this.watchdog =
        new Watchdog(
            config.watchdogTimeoutMs(), config.pollIntervalMs(), health, environment.clock());
    this.recovery = new Recovery(deployment, stream, retries, environment.stop());
    this.progress = new ProgressLog(prefix, environment.clock());
    this.commitPoint = commitPoint;
    this.stored = stored;
    channels.start();
  }

  /**
   * The next records: whole commits, or a part of a snapshot page. Null when there are none for a
   * second.
   *
   * @throws ConnectException when the task cannot go on; the message says what to do
   */
  List<SourceRecord> poll() throws InterruptedException {
    long giveUpAt = environment.clock().elapsedMs() + LONGEST_POLL_MS;
    while (!environment.stop().isSet()) {
      takeSignals();
      metrics.show();
      retention.look(stream.offset().map(SourceOffset::position), stream.mayTakeSnapshot());
      if (waitMs() == 0) {
        step(Math.min(leftMs(giveUpAt), stream.markerWaitMs()));
      }
      silence.look();
      watchdog.look();
      List<SourceRecord> batch = take();
      if (!batch.isEmpty()) {
        return batch;
      }
      if (leftMs(giveUpAt) == 0) {
        return null;
      }
      environment.stop().await(Math.min(leftMs(giveUpAt), wakeMs()));
    }
    return null;
  }

  private long leftMs(long giveUpAt) {
    return Math.max(0, giveUpAt - environment.clock().elapsedMs());
  }

  private void takeSignals() {
    Optional<Signal> next = signals.next(stream);
    while (next.isPresent()) {
      boolean accepted = stream.signal(next.get());
      next.get().command().ifPresent(command -> say(command, accepted));
      next = signals.next(stream);
    }
  }

  private void say(SnapshotCommand command, boolean accepted) {
    LOG.info(
        "{}: signal {}: {}",
        config.topics().prefix(),
        command.getClass().getSimpleName(),
        accepted ? "accepted" : "nothing to do");
  }

  private long wakeMs() {
    return records == null ? waitMs() : Math.min(waitMs(), stream.markerWaitMs());
  }

  private long waitMs() {
    return Math.max(pump.waitMs(), retries.waitMs());
  }

  private void step(long maxWaitMs) throws InterruptedException {
    try {
      if (pump.step(maxWaitMs)) {
        retries.succeeded();
      }
    } catch (ConvexException e) {
      pump.abandon();
      recovery.failed(e);
    } catch (StreamException e) {
      throw new ConnectException(e.getMessage(), e);
    }
    if (records == null && pump.instanceName().isPresent()) {
      records = connected(pump.instanceName().get());
    }
  }

  private RecordFactory connected(String instanceName) {
    String prefix = config.topics().prefix();
    LOG.info("{}: connected to the deployment {}", prefix, instanceName);
    LogOrigin origin = new LogOrigin(instanceName, prefix, Version.get());
    return new RecordFactory(
        config,
        origin,
        environment.clock(),
        new RecordFactory.Outlets(commitPoint, channels.notifications()),
        stored);
  }

  private long tooLarge() {
    RecordFactory factory = records;
    return factory == null ? 0 : factory.skipped().count();
  }

  private List<SourceRecord> take() {
    if (records == null) {
      return List.of();
    }
    List<Emission> emissions = stream.take();
    metrics.reached(emissions, stream.offset());
    stream.offset().ifPresent(offset -> channels.reached(offset.position()));
    progress.reached(stream.offset(), stream.snapshotProgress());
    return records.records(emissions);
  }

  @Override
  public void close() {
    environment.stop().set();
    pump.close();
    metrics.close();
    channels.close();
  }
}
