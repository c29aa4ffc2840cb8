package io.convexpowersync.source.stream;

import io.convexpowersync.events.Capture;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the user wants of a stream.
 *
 * @param captured which tables are wanted
 * @param filter identifies {@code captured}: the same text for the same choice
 * @param mode when tables are read as a whole
 * @param resolvedIntervalMs shortest time between resolved markers while data moves
 * @param heartbeatIntervalMs time between resolved markers while only the cursor moves, or nothing
 * @param promptCheckpoints whether a row of PowerSync's checkpoint table is followed by a resolved
 *     marker at once
 * @param drops what to do about tables that were dropped
 * @param dropCheckIntervalMs time between two listings of the tables, of which two must lack one
 */
public record StreamSettings(
    Predicate<TableId> captured,
    String filter,
    SnapshotMode mode,
    long resolvedIntervalMs,
    long heartbeatIntervalMs,
    boolean promptCheckpoints,
    DropHandling drops,
    long dropCheckIntervalMs) {
  /** Whether the table's rows are wanted. PowerSync's checkpoint table never holds data. */
  public boolean captures(TableId table) {
    return !table.equals(TableId.POWERSYNC_CHECKPOINTS) && captured.test(table);
  }

  /** A capture by this choice, of the given tables. */
  Capture capture(Collection<TableId> tables, TableStatus status) {
    return new Capture(Optional.of(filter), Map.of()).with(tables, status);
  }
}
