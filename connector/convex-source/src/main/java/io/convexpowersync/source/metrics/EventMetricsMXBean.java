package io.convexpowersync.source.metrics;

/** What both phases of a task count. Names and meaning are Debezium's. */
public interface EventMetricsMXBean {
  /** The newest change: operation, table, id and position. Null before the first. */
  String getLastEvent();

  /** Time since the newest change (ms); -1 before the first. */
  long getMilliSecondsSinceLastEvent();

  long getTotalNumberOfEventsSeen();

  /** Always 0: Convex's log does not tell a creation from an update. */
  long getTotalNumberOfCreateEventsSeen();

  /** Writes of documents. */
  long getTotalNumberOfUpdateEventsSeen();

  long getTotalNumberOfDeleteEventsSeen();

  /** The captured tables, as they stand in {@code table.include.list}. */
  String[] getCapturedTables();

  /** Starts counting anew. */
  void reset();
}
