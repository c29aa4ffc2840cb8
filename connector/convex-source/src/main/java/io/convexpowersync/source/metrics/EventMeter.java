package io.convexpowersync.source.metrics;

import io.convexpowersync.events.Change;
import io.convexpowersync.source.stream.StreamClock;
import java.util.concurrent.atomic.AtomicLong;

/** Counts changes. Written by one thread, read by any. */
final class EventMeter {
  private final StreamClock clock;
  private final AtomicLong total = new AtomicLong();
  private final AtomicLong updates = new AtomicLong();
  private final AtomicLong deletes = new AtomicLong();
  private volatile long lastAt = -1;
  private volatile Change last;

  EventMeter(StreamClock clock) {
    this.clock = clock;
  }

  void count(Change change) {
    total.incrementAndGet();
    if (change instanceof Change.Upsert upsert && !upsert.snapshot()) {
      updates.incrementAndGet();
    } else if (change instanceof Change.Delete) {
      deletes.incrementAndGet();
    }
    last = change;
    lastAt = clock.elapsedMs();
  }

  /** Never with the document. */
  String lastEvent() {
    Change change = last;
    if (change instanceof Change.Upsert upsert) {
      String op = upsert.snapshot() ? "read" : "write";
      return describe(op, change, upsert.id());
    } else if (change instanceof Change.Delete delete) {
      return describe("delete", change, delete.id());
    }
    return change == null ? null : describe("truncate", change, "");
  }

  private static String describe(String op, Change change, String id) {
    return "%s %s %s at %s".formatted(op, change.table(), id, change.position());
  }

  long sinceLastMs() {
    return lastAt < 0 ? -1 : clock.elapsedMs() - lastAt;
  }

  long total() {
    return total.get();
  }

  long updates() {
    return updates.get();
  }

  long deletes() {
    return deletes.get();
  }

  void reset() {
    total.set(0);
    updates.set(0);
    deletes.set(0);
    lastAt = -1;
    last = null;
  }
}
