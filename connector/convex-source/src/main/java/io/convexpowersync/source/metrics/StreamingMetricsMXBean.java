package io.convexpowersync.source.metrics;

import java.util.Map;

/** A task that follows the log. The first block has Debezium's names; the second is our own. */
public interface StreamingMetricsMXBean extends EventMetricsMXBean {
  /** Whether the newest request to the deployment succeeded. */
  boolean isConnected();

  /** Age of the newest change when it was read (ms); -1 before the first. */
  long getMilliSecondsBehindSource();

  long getNumberOfCommittedTransactions();

  /** The newest commit's timestamp, 19 digits. Null before the first. */
  String getLastTransactionId();

  /** Where the task would resume: {@code ts} and {@code seq}. */
  Map<String, String> getSourceEventPosition();

  /** Time since the deployment last answered as it should (ms); -1 when it never has. */
  long getMilliSecondsSinceLastSuccessfulRequest();

  /** Failures since the last success; 0 when all is well. */
  int getFailedAttempts();

  /** Failures since the task started. */
  long getTotalNumberOfFailedRequests();

  /**
   * Age of the position (ms); -1 before the first. Beyond the deployment's retention the log can no
   * longer be read from there.
   */
  long getPositionAgeInMilliseconds();

  /** Whether a position that is behind is older than half of {@code deployment.retention.ms}. */
  boolean isPositionOlderThanHalfOfRetention();

  /** Documents that were not written because they are too large. */
  long getNumberOfRecordsTooLarge();
}
