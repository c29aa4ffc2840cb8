package io.convexpowersync.sink;

import io.convexpowersync.storage.StreamWriter;
import java.time.Clock;

/** What is done for a stream between its transactions: lease, replaced streams. Not thread-safe. */
final class Housekeeping {
  private static final long INTERVAL_MS = 10_000;

  private final StreamSource source;
  private final StreamWriter writer;
  private final long keepaliveMs;
  private final Clock clock;
  private long touchedMs;
  private boolean due = true;
  private long doneMs;

  Housekeeping(StreamSource source, StreamWriter writer, SinkOptions options, Clock clock) {
    this.source = source;
    this.writer = writer;
    this.keepaliveMs = options.keepalive().toMillis();
    this.clock = clock;
    this.touchedMs = clock.millis();
  }

  /** A transaction has refreshed the lease. */
  void touched() {
    touchedMs = clock.millis();
  }

  /** There is something to clear, now. */
  void nowDue() {
    due = true;
  }

  void idle() {
    if (clock.millis() - touchedMs >= keepaliveMs) {
      writer.keepalive();
      touched();
    }
    if (due || clock.millis() - doneMs >= INTERVAL_MS) {
      due = false;
      doneMs = clock.millis();
      source.keepHouse(writer.stream().id());
    }
  }
}
