package io.convexpowersync.sink;

import io.convexpowersync.sink.log.LogProtocol;
import java.util.OptionalLong;

/**
 * Knows when a hole in the log has been passed: whoever sees the log's end at the time when the
 * hole was noticed need not wait for a marker that was emitted later. Not thread-safe.
 */
final class HistoryHoles {
  private final LogHistory.Reader reader;
  private OptionalLong known = OptionalLong.empty();
  private long end;

  HistoryHoles(LogHistory.Reader reader) {
    this.reader = reader;
  }

  /** To be called when everything that was read has been written. */
  void look(LogProtocol protocol) {
    OptionalLong hole = protocol.holeNoticedMs();
    if (hole.isPresent() && !hole.equals(known)) {
      end = reader.written();
    }
    known = hole;
    if (hole.isPresent() && reader.read() >= end) {
      protocol.holePassed();
    }
  }
}
