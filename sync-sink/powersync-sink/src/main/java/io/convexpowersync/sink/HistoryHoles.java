package io.convexpowersync.sink;

import io.convexpowersync.sink.log.LogProtocol;
import java.time.Clock;
import java.util.OptionalLong;

/**
 * Knows when versions of rows may be missing from what was read of the log: those that the cleaner
 * has removed, and those that the reader leaves out because newer ones were there when it was
 * opened. Whoever sees the log's end knows when all of the newer ones have been read. The protocol
 * state keeps the hole, for whoever goes on with the stream after a crash. Not thread-safe.
 */
final class HistoryHoles {
  private final LogHistory.Reader reader;
  private final Clock clock;
  private final long opened;
  private boolean openingPassed;
  private OptionalLong known = OptionalLong.empty();
  private long end;

  HistoryHoles(LogHistory.Reader reader, Clock clock) {
    this.reader = reader;
    this.clock = clock;
    this.opened = reader.written();
  }

  /** Before records are written. */
  void beforeWriting(LogProtocol protocol) {
    if (!openingPassed && protocol.state().gapNoticedMs().isEmpty()) {
      protocol.holeNoticed(clock.millis());
    }
  }

  /** After everything that was read has been written. */
  void afterWriting(LogProtocol protocol) {
    OptionalLong hole = protocol.state().gapNoticedMs();
    if (hole.isPresent() && !hole.equals(known)) {
      end = reader.written();
    }
    known = hole;
    openingPassed |= reader.read() >= opened;
    if (hole.isPresent() && openingPassed && reader.read() >= end) {
      known = OptionalLong.empty();
      protocol.holePassed();
    }
  }
}
