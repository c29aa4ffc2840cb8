package io.convexpowersync.source.records;

/** How many documents were left out because they were too large. May be asked by any thread. */
public interface SkippedRecords {
  /** Since the task was started. */
  long count();
}
