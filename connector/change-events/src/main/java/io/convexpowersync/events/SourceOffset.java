package io.convexpowersync.events;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where the source resumes, and what it knows of every captured table. {@link SourceOffsetCodec}
 * turns it into the flat map that Kafka Connect stores.
 */
public sealed interface SourceOffset {
  /** Everything before here has been written; nothing after it has. */
  Position position();

  /** Status of every captured table. Unmodifiable, in table order. */
  Map<TableId, TableStatus> tables();

  /** Position of the newest resolved marker written to the log topic. Empty before the first. */
  Optional<Position> lastResolved();

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
      Map<TableId, TableStatus> tables,
      Optional<Position> lastResolved)
      implements SourceOffset {
    public Snapshotting {
      tables = ordered(tables);
    }
  }

  /**
   * The log is being followed.
   *
   * @param position everything up to here has been written; {@code ts} is the exclusive cursor of
   *     the next request, {@code seq} the number of the last snapshot or truncate at that timestamp
   */
  record Streaming(
      Position position, Map<TableId, TableStatus> tables, Optional<Position> lastResolved)
      implements SourceOffset {
    public Streaming {
      tables = ordered(tables);
    }
  }

  private static Map<TableId, TableStatus> ordered(Map<TableId, TableStatus> tables) {
    return Collections.unmodifiableMap(new TreeMap<>(tables));
  }
}
