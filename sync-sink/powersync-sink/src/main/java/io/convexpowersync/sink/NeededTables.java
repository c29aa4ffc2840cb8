package io.convexpowersync.sink;

import io.convexpowersync.events.TableId;
import io.convexpowersync.streams.SyncStreams;
import java.util.Collection;
import java.util.List;

/** The tables that a plan reads. */
final class NeededTables {
  private final SyncStreams streams;

  NeededTables(SyncStreams streams) {
    this.streams = streams;
  }

  /** PowerSync's Convex connection has one schema: the tables of the root app. */
  boolean includes(TableId table) {
    return table.component().isEmpty() && streams.selects(table.table());
  }

  /** The names of those among these. */
  List<String> of(Collection<TableId> tables) {
    return tables.stream().filter(this::includes).map(TableId::table).toList();
  }
}
