package io.convexpowersync.sink;

import io.convexpowersync.streams.Evaluation;

/** How much the open database transaction holds, and whether that is enough. Not thread-safe. */
final class TransactionBudget {
  /** Rough size in memory of a row apart from its text, in bytes. */
  private static final long ROW_BYTES = 200;

  private final SinkOptions options;
  private int rows;
  private long bytes;

  TransactionBudget(SinkOptions options) {
    this.options = options;
  }

  /** A row was added that evaluates to this. */
  void add(Evaluation evaluation) {
    rows++;
    bytes += ROW_BYTES;
    for (var row : evaluation.buckets()) {
      bytes += ROW_BYTES + row.data().length();
    }
    for (var row : evaluation.lookups()) {
      bytes += ROW_BYTES + row.bucketParameters().length();
    }
  }

  boolean isSpent() {
    return rows >= options.maxRows() || bytes >= options.maxBytes();
  }

  /** The transaction was committed; returns how many rows it had. */
  int reset() {
    int committed = rows;
    rows = 0;
    bytes = 0;
    return committed;
  }
}
