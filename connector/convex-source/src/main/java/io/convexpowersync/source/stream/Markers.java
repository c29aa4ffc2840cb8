package io.convexpowersync.source.stream;

import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.List;
import java.util.Optional;

/** Writes markers, stamped with the wall clock. */
final class Markers {
  private final Outbox out;
  private final StreamClock clock;

  Markers(Outbox out, StreamClock clock) {
    this.out = out;
    this.clock = clock;
  }

  void snapshotBegin(Position position, SnapshotId id, List<TableId> tables) {
    out.add(new Marker.SnapshotBegin(position, id, tables, clock.wallMs()));
  }

  void snapshotEnd(Position position, SnapshotId id, List<TableId> tables) {
    out.add(new Marker.SnapshotEnd(position, id, tables, clock.wallMs()));
  }

  void tables(Position position, List<TableId> tables, TableStatus status) {
    for (TableId table : tables) {
      out.add(new Marker.TableChanged(position, table, status, clock.wallMs()));
    }
  }

  void resolved(Position position, Optional<Position> previous) {
    out.add(new Marker.Resolved(position, previous, clock.wallMs()));
  }
}
