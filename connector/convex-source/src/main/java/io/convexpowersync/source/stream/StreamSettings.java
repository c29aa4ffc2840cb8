package io.convexpowersync.source.stream;

import io.convexpowersync.events.TableId;
import java.util.function.Predicate;

/**
 * What the user wants of a stream.
 *
 * @param captured which tables are wanted
 * @param mode when tables are read as a whole
 * @param resolvedIntervalMs shortest time between resolved markers while data moves
 * @param heartbeatIntervalMs time between resolved markers while only the cursor moves, or nothing
 * @param promptCheckpoints whether a row of PowerSync's checkpoint table is followed by a resolved
 *     marker at once
 */
public record StreamSettings(
    Predicate<TableId> captured,
    SnapshotMode mode,
    long resolvedIntervalMs,
    long heartbeatIntervalMs,
    boolean promptCheckpoints) {
  /** Whether the table's rows are wanted. PowerSync's checkpoint table never holds data. */
  public boolean captures(TableId table) {
    return !table.equals(TableId.POWERSYNC_CHECKPOINTS) && captured.test(table);
  }
}
