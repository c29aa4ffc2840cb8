package io.convexpowersync.sink.metrics;

/**
 * JMX {@code powersync.sink:type=sink-metrics,connector=<name>}. Where the PowerSync Service's
 * replicator has a metric for the same, the attribute has its name: {@code RowsReplicatedTotal} is
 * {@code powersync_rows_replicated_total}.
 */
public interface SinkMetricsMBean {
  /** Whether the stream's lease is held and it can be written. */
  boolean isWriting();

  /** Rows of selected tables written since the task started. */
  long getRowsReplicatedTotal();

  /** Size of their documents, in characters of JSON. */
  long getDataReplicatedBytesTotal();

  /** Commits of the deployment that they were part of. */
  long getTransactionsReplicatedTotal();

  /** PUT and REMOVE operations written to buckets. */
  long getOperationsTotal();

  /** Rows written to the parameter index. */
  long getParametersTotal();

  /** Checkpoints published. */
  long getCheckpointsTotal();

  /** Checkpoints published at an unchanged position, to release write checkpoints. */
  long getWriteCheckpointsReleasedTotal();

  /** Sources of the sync config that could not be evaluated for a row. */
  long getEvaluationErrorsTotal();

  /** Rows written that clients do not see yet. */
  long getUnpublishedRows();

  /**
   * Age of the oldest commit that was read and that clients do not see yet, in seconds; 0 when they
   * see everything.
   */
  double getReplicationLagSeconds();

  /**
   * Distance between what was read and what is published, in nanoseconds of the log's positions.
   */
  long getPositionLagNanos();

  /** Position up to which the log was read: a commit timestamp, 19 digits. */
  String getReceivedPosition();

  /** Position that clients see: the LSN of the last checkpoint. */
  String getPublishedPosition();

  /** Milliseconds since the last checkpoint; -1 before the first. */
  long getMilliSecondsSinceLastCheckpoint();

  /** Id of the replication stream that is built beside the live one; 0 when none is. */
  int getRebuildStream();

  /** Rows written to it so far. */
  long getRebuildRows();

  /** Records of the log that it has not read yet; 0 where that is not known. */
  long getRebuildRecordsBehind();

  /** Why it cannot take over although it has caught up; empty while there is nothing. */
  String getRebuildWaitingFor();
}
