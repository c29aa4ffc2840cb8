package io.convexpowersync.sink.log;

import io.convexpowersync.events.Position;

/** The log cannot be this stream's input. The message says why, and what to do. */
public final class LogRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LogRefusedException(String message) {
    super(message);
  }

  /** The log does not reach back to what another replicator has published. */
  static LogRefusedException notContinuous(Position published, String why) {
    return new LogRefusedException(
        "Another replicator has written this replication stream up to "
            + published.ts()
            + ". It can be continued from a log whose snapshot is older, but "
            + why
            + ". Deploy the sync config again to build a new stream; clients are served from this"
            + " one meanwhile");
  }
}
