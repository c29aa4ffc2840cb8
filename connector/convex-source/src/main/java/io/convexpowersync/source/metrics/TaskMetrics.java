package io.convexpowersync.source.metrics;

import io.convexpowersync.events.Capture;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableStatus;
import io.convexpowersync.source.stream.Emission;
import io.convexpowersync.source.stream.StreamClock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The metrics of a task, over JMX, under the names that Debezium's connectors use: {@code
 * debezium.convex:type=connector-metrics,context=streaming|snapshot,server=<topic.prefix>}.
 *
 * <p>Used by one thread, except {@link #close}, which may come from another one.
 */
public final class TaskMetrics implements AutoCloseable {
  private final StreamingMeter streaming;
  private final SnapshotMeter snapshot;
  private final MBeans beans;
  private Capture capture;
  private boolean closed;

  /**
   * For a task that starts now.
   *
   * @param names where they are shown
   * @param clock time
   * @param health how the requests fare
   * @param gauges what others measure
   */
  public TaskMetrics(MetricsNames names, StreamClock clock, RequestHealth health, Gauges gauges) {
    this.streaming = new StreamingMeter(clock, health, gauges);
    this.snapshot = new SnapshotMeter(clock, health);
    this.beans = new MBeans(names, Map.of("streaming", streaming, "snapshot", snapshot), clock);
  }

  /** Registers the metrics, if they are not and could be. Cheap. */
  public synchronized void show() {
    if (!closed) {
      beans.register();
    }
  }

  /**
   * Looks at what is about to be written.
   *
   * @param emissions the events
   * @param offset the newest boundary
   */
  public void reached(List<Emission> emissions, Optional<SourceOffset> offset) {
    emissions.forEach(emission -> see(emission.event()));
    offset.ifPresent(this::see);
  }

  private void see(LogEvent event) {
    if (event instanceof Marker.SnapshotBegin begin) {
      snapshot.started(begin.tables());
    } else if (event instanceof Marker.SnapshotEnd end) {
      snapshot.ended(snapshot.getTotalTableCount() == end.tables().size());
    } else if (event instanceof Change.Upsert row && row.snapshot()) {
      snapshot.row(row);
    } else if (event instanceof Change change) {
      streaming.change(change);
    }
  }

  private void see(SourceOffset offset) {
    streaming.reached(offset.position());
    if (offset.capture() != capture) {
      capture = offset.capture();
      streaming.captured(capture.tables().keySet());
    }
    if (offset instanceof SourceOffset.Streaming) {
      snapshot.skipped();
    } else if (!snapshot.isRunning()) {
      // Another task began it.
      snapshot.started(offset.capture().tables(TableStatus.PENDING));
    }
  }

  /** Takes the metrics away. */
  @Override
  public synchronized void close() {
    closed = true;
    beans.unregister();
  }
}
