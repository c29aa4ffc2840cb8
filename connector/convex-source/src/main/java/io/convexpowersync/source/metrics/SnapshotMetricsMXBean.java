package io.convexpowersync.source.metrics;

import java.util.Map;

/** A task's newest snapshot, under Debezium's names. */
public interface SnapshotMetricsMXBean extends EventMetricsMXBean {
  int getTotalTableCount();

  /** Tables of which no row was read yet; empty ones are among them until the end. */
  int getRemainingTableCount();

  boolean getSnapshotRunning();

  /** Whether it waits for the deployment to answer again. */
  boolean getSnapshotPaused();

  boolean getSnapshotCompleted();

  boolean getSnapshotAborted();

  /** Whether the task found a position at its start, and needed none. */
  boolean getSnapshotSkipped();

  /** Time that this task has spent on it (s). */
  long getSnapshotDurationInSeconds();

  /** Rows written by this task, by table. */
  Map<String, Long> getRowsScanned();
}
