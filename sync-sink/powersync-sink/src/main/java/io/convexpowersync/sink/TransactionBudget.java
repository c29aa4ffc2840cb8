package io.convexpowersync.sink;

import io.convexpowersync.streams.Evaluation;
import java.time.Clock;

/**
 * How much the open database transaction holds, and whether that is enough. Transactions end at a
 * number of rows, of bytes, or after a time; when one took too long to write, the following ones
 * are made smaller until they do not. Not thread-safe.
 */
final class TransactionBudget {
  /** Rough size in memory of a row apart from its text, in bytes. */
  private static final long ROW_BYTES = 200;

  /** Far below the longest time: then transactions may grow again. */
  private static final int FAST = 4;

  private final SinkOptions options;
  private final Clock clock;
  private final long longestMs;
  private int allowedRows;
  private int rows;
  private long bytes;
  private long firstRowMs;

  TransactionBudget(SinkOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
    this.longestMs = options.maxTime().toMillis();
    this.allowedRows = options.maxRows();
  }

  /** A row was added that evaluates to this. */
  void add(Evaluation evaluation) {
    if (rows == 0) {
      firstRowMs = clock.millis();
    }
    rows++;
    bytes += ROW_BYTES;
    for (var row : evaluation.buckets()) {
      bytes += ROW_BYTES + row.data().utf8().length;
    }
    for (var row : evaluation.lookups()) {
      bytes += ROW_BYTES + row.bucketParameters().length();
    }
  }

  boolean isSpent() {
    return rows >= allowedRows
        || bytes >= options.maxBytes()
        || (rows > 0 && clock.millis() - firstRowMs >= longestMs);
  }

  /**
   * The transaction was committed.
   *
   * @param tookMs how long the database took, in milliseconds
   * @return how many rows it had
   */
  int committed(long tookMs) {
    if (rows > 0 && tookMs > longestMs) {
      allowedRows = Math.max(1, Math.min(allowedRows, rows) / 2);
    } else if (rows > 0 && tookMs * FAST < longestMs) {
      allowedRows = (int) Math.min(options.maxRows(), 2L * allowedRows);
    }
    int committed = rows;
    rows = 0;
    bytes = 0;
    return committed;
  }
}
