package io.convexpowersync.sink;

import io.convexpowersync.storage.StreamWriter;
import java.time.Clock;

/** Keeps the lease of a stream between its transactions. Not thread-safe. */
final class Keepalive {
  private final StreamWriter writer;
  private final long intervalMs;
  private final Clock clock;
  private long touchedMs;

  Keepalive(StreamWriter writer, SinkOptions options, Clock clock) {
    this.writer = writer;
    this.intervalMs = options.keepalive().toMillis();
    this.clock = clock;
    this.touchedMs = clock.millis();
  }

  /** A transaction has refreshed the lease. */
  void touched() {
    touchedMs = clock.millis();
  }

  void idle() {
    if (clock.millis() - touchedMs >= intervalMs) {
      writer.keepalive();
      touched();
    }
  }
}
