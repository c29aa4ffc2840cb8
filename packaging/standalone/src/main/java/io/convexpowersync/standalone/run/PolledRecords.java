package io.convexpowersync.standalone.run;

import io.convexpowersync.events.Change;
import io.convexpowersync.sink.PlacedRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * What was polled and not yet written. While the storage is busy with some records, those that
 * follow are collected, and then written together: fewer, larger transactions when there is much to
 * do, none that wait when there is not. Bounded. Thread-safe, for one thread on either side.
 *
 * <p>The rows of a snapshot do not wait here: after a crash at most one page is fetched again.
 */
final class PolledRecords {
  static final int MOST_RECORDS = 4_096;
  private static final long MOST_CHARACTERS = 4L << 20;

  private List<PlacedRecord> records = new ArrayList<>();
  private long characters;
  private boolean writing;
  private boolean closed;

  /**
   * Waits while there is too much already, and for rows of a snapshot until they are written.
   *
   * @return whether more may be polled; false when it is closed
   */
  synchronized boolean add(List<PlacedRecord> polled) throws InterruptedException {
    while (!closed && (records.size() >= MOST_RECORDS || characters >= MOST_CHARACTERS)) {
      wait();
    }
    records.addAll(polled);
    characters += polled.stream().mapToLong(PolledRecords::characters).sum();
    notifyAll();
    boolean snapshot = polled.stream().anyMatch(PolledRecords::isOfSnapshot);
    while (!closed && snapshot && (writing || !records.isEmpty())) {
      wait();
    }
    return !closed;
  }

  /**
   * Everything there is; waits for the first. Empty when it is closed. What was given out before is
   * written.
   */
  synchronized List<PlacedRecord> take() throws InterruptedException {
    writing = false;
    notifyAll();
    while (!closed && records.isEmpty()) {
      wait();
    }
    List<PlacedRecord> taken = closed ? List.of() : records;
    records = new ArrayList<>();
    characters = 0;
    writing = true;
    notifyAll();
    return taken;
  }

  /** Nothing is given out any more. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  private static long characters(PlacedRecord placed) {
    return placed.record().event() instanceof Change.Upsert upsert ? upsert.document().length() : 0;
  }

  private static boolean isOfSnapshot(PlacedRecord placed) {
    return placed.record().event() instanceof Change.Upsert upsert && upsert.snapshot();
  }
}
