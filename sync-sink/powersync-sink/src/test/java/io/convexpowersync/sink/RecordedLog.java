package io.convexpowersync.sink;

import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/** A log topic in memory: written by a test, read as a whole by whoever builds a stream. */
final class RecordedLog implements LogHistory {
  private static final int BATCH = 3;

  private final List<PlacedRecord> records = new ArrayList<>();
  private LogOrigin origin = new LogOrigin("tidy-otter-7", "app", "test");
  private Optional<String> unavailable = Optional.empty();

  /** Appends, and returns what was appended as the live path gets it. */
  synchronized List<PlacedRecord> write(LogEvent... events) {
    int from = records.size();
    for (LogEvent event : events) {
      records.add(
          new PlacedRecord(
              new LogRecord(origin, event),
              new InputPlace.Topic("app.log", 0, records.size() + 1)));
    }
    return List.copyOf(records.subList(from, records.size()));
  }

  /** Removes everything so far; offsets stay. */
  synchronized void forget() {
    records.replaceAll(record -> null);
  }

  synchronized List<PlacedRecord> everything() {
    return List.copyOf(records);
  }

  synchronized void writtenBy(LogOrigin other) {
    origin = other;
  }

  synchronized void unavailable(String reason) {
    unavailable = Optional.of(reason);
  }

  @Override
  public synchronized Optional<String> unavailable() {
    return unavailable;
  }

  private synchronized List<PlacedRecord> from(int index) {
    return records.subList(index, Math.min(records.size(), index + BATCH)).stream()
        .filter(record -> record != null)
        .toList();
  }

  private synchronized int size() {
    return records.size();
  }

  @Override
  public Reader open(Optional<InputPlace> place) {
    return new Reader() {
      private int next =
          place.map(InputPlace.Topic.class::cast).map(topic -> (int) topic.nextOffset()).orElse(0);

      @Override
      public List<PlacedRecord> poll(Duration timeout) {
        if (next >= size()) {
          LockSupport.parkNanos(Math.min(5_000_000, timeout.toNanos()));
          return List.of();
        }
        List<PlacedRecord> batch = from(next);
        next = Math.min(size(), next + BATCH);
        return batch;
      }

      @Override
      public long read() {
        return next;
      }

      @Override
      public long written() {
        return size();
      }

      @Override
      public OptionalLong behind() {
        return OptionalLong.of(size() - next);
      }

      @Override
      public void close() {
        // Nothing is held.
      }
    };
  }
}
