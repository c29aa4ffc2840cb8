package io.convexpowersync.events;

import java.util.Optional;

/**
 * Where the source resumes, and what is captured. {@link SourceOffsetCodec} turns it into the flat
 * map that Kafka Connect stores.
 */
public sealed interface SourceOffset {
  /** Everything before here has been written; nothing after it has. */
  Position position();

  /** What is captured. */
  Capture capture();

  /** Position of the newest resolved marker written to the log topic. Empty before the first. */
  Optional<Position> lastResolved();

  /** The {@link LogRecord#index} of the next record. */
  long unresolved();

  /** The same with another index of the next record. */
  SourceOffset withUnresolved(long records);

  /**
   * A snapshot is running.
   *
   * @param position {@code (pinned timestamp, seq)} of all its rows
   * @param snapshot its id
   * @param cursor where in the walk it is
   */
  record Snapshotting(
      Position position,
      SnapshotId snapshot,
      SnapshotCursor cursor,
      Capture capture,
      Optional<Position> lastResolved,
      long unresolved)
      implements SourceOffset {
    /** With nothing behind the newest resolved marker. */
    public Snapshotting(
        Position position,
        SnapshotId snapshot,
        SnapshotCursor cursor,
        Capture capture,
        Optional<Position> lastResolved) {
      this(position, snapshot, cursor, capture, lastResolved, 0);
    }

    @Override
    public Snapshotting withUnresolved(long records) {
      return new Snapshotting(position, snapshot, cursor, capture, lastResolved, records);
    }
  }

  /**
   * The log is being followed.
   *
   * @param position everything up to here has been written; {@code ts} is the exclusive cursor of
   *     the next request, {@code seq} the number of the last snapshot or truncate at that timestamp
   */
  record Streaming(
      Position position, Capture capture, Optional<Position> lastResolved, long unresolved)
      implements SourceOffset {
    /** With nothing behind the newest resolved marker. */
    public Streaming(Position position, Capture capture, Optional<Position> lastResolved) {
      this(position, capture, lastResolved, 0);
    }

    @Override
    public Streaming withUnresolved(long records) {
      return new Streaming(position, capture, lastResolved, records);
    }
  }
}
