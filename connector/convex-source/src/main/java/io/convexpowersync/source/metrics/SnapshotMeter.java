package io.convexpowersync.source.metrics;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.TableId;
import io.convexpowersync.source.stream.StreamClock;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Measures the snapshots of a task. Written by one thread, read by any. */
final class SnapshotMeter extends PhaseMeter implements SnapshotMetricsMXBean {
  private enum State {
    NONE,
    RUNNING,
    COMPLETED,
    ABORTED,
    SKIPPED
  }

  private final StreamClock clock;
  private final RequestHealth health;
  private final Map<String, Long> rows = new ConcurrentHashMap<>();
  private volatile State state = State.NONE;
  private volatile int tables;
  private volatile long startedAt;
  private volatile long endedAt;

  SnapshotMeter(StreamClock clock, RequestHealth health) {
    super(clock);
    this.clock = clock;
    this.health = health;
  }

  boolean isRunning() {
    return state == State.RUNNING;
  }

  void started(Collection<TableId> read) {
    rows.clear();
    captured(read);
    tables = read.size();
    startedAt = clock.elapsedMs();
    state = State.RUNNING;
  }

  void row(Change change) {
    count(change);
    rows.merge(change.table().toString(), 1L, Long::sum);
  }

  void ended(boolean complete) {
    endedAt = clock.elapsedMs();
    state = complete ? State.COMPLETED : State.ABORTED;
  }

  void skipped() {
    if (state == State.NONE) {
      state = State.SKIPPED;
    }
  }

  @Override
  public int getTotalTableCount() {
    return tables;
  }

  @Override
  public int getRemainingTableCount() {
    return isRunning() ? Math.max(0, tables - rows.size()) : 0;
  }

  @Override
  public boolean getSnapshotRunning() {
    return isRunning();
  }

  @Override
  public boolean getSnapshotPaused() {
    return isRunning() && health.attempts() > 0;
  }

  @Override
  public boolean getSnapshotCompleted() {
    return state == State.COMPLETED;
  }

  @Override
  public boolean getSnapshotAborted() {
    return state == State.ABORTED;
  }

  @Override
  public boolean getSnapshotSkipped() {
    return state == State.SKIPPED;
  }

  @Override
  public long getSnapshotDurationInSeconds() {
    return switch (state) {
      case NONE, SKIPPED -> 0;
      case RUNNING -> (clock.elapsedMs() - startedAt) / 1000;
      case COMPLETED, ABORTED -> (endedAt - startedAt) / 1000;
    };
  }

  @Override
  public Map<String, Long> getRowsScanned() {
    return new TreeMap<>(rows);
  }

  @Override
  public void reset() {
    super.reset();
    rows.clear();
  }
}
