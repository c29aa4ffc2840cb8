package io.convexpowersync.events;

import java.util.List;
import java.util.Optional;

/** Says that everything up to its position has been written before it. Only in the log topic. */
public sealed interface Marker extends LogEvent {
  /** Wall-clock time of emission, in milliseconds since the Unix epoch. For lag and gaps only. */
  long emittedMs();

  /**
   * The state at this position may be published.
   *
   * @param previous position of the previous resolved marker; empty for the first of the log
   */
  record Resolved(Position position, Optional<Position> previous, long emittedMs)
      implements Marker {}

  /** A snapshot starts: what follows at this position is the whole content of its tables. */
  record SnapshotBegin(Position position, SnapshotId snapshot, List<TableId> tables, long emittedMs)
      implements Marker {
    public SnapshotBegin {
      tables = List.copyOf(tables);
    }
  }

  /** The snapshot is complete: rows of its tables that it did not contain do not exist. */
  record SnapshotEnd(Position position, SnapshotId snapshot, List<TableId> tables, long emittedMs)
      implements Marker {
    public SnapshotEnd {
      tables = List.copyOf(tables);
    }
  }

  /** The status of a table changed. */
  record TableChanged(Position position, TableId table, TableStatus status, long emittedMs)
      implements Marker {}
}
