package io.convexpowersync.sink.log;

import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import java.util.Collections;
import java.util.List;

/**
 * A snapshot that has begun.
 *
 * @param id its id
 * @param position of its markers and all its rows; no other snapshot has it
 * @param tables the tables that it is of
 */
public record BegunSnapshot(SnapshotId id, Position position, List<TableId> tables) {
  public BegunSnapshot {
    tables = List.copyOf(tables);
  }

  /** Whether it can no longer end as a whole once the other one begins. */
  boolean givesWayTo(BegunSnapshot other) {
    return id.equals(other.id) || !Collections.disjoint(tables, other.tables);
  }
}
