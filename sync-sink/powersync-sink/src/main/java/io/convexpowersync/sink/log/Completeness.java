package io.convexpowersync.sink.log;

import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Which tables the log was seen to hold completely. Not thread-safe. */
final class Completeness {
  private final Predicate<TableId> needed;
  private final Map<TableId, TableStatus> tables;
  private final List<BegunSnapshot> snapshots;
  private boolean snapshotSeen;

  Completeness(LogState stored, Predicate<TableId> needed) {
    this.needed = needed;
    this.tables = new TreeMap<>(stored.tables());
    this.snapshots = new ArrayList<>(stored.snapshots());
    this.snapshotSeen = stored.snapshotSeen();
  }

  Map<TableId, TableStatus> tables() {
    return tables;
  }

  /** The snapshots that have begun and not ended. */
  List<BegunSnapshot> snapshots() {
    return snapshots;
  }

  boolean snapshotSeen() {
    return snapshotSeen;
  }

  boolean isRunning(SnapshotId id) {
    return snapshots.stream().anyMatch(running -> running.id().equals(id));
  }

  /** Whether a snapshot with this position has begun and not ended. */
  boolean isRunningAt(Position position) {
    for (BegunSnapshot running : snapshots) {
      if (running.position().equals(position)) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param repeatsFollow whether the ends of others may be among the records that follow
   */
  void begun(BegunSnapshot begun, boolean repeatsFollow) {
    snapshots.removeIf(running -> !repeatsFollow || running.givesWayTo(begun));
    snapshots.add(begun);
    begun.tables().forEach(table -> tables.put(table, TableStatus.PENDING));
  }

  /** Of those under way, only the newest can still end: the end of another would have been read. */
  void giveUpOlder() {
    snapshots.subList(0, Math.max(0, snapshots.size() - 1)).clear();
  }

  /** The snapshot with this position has ended. */
  void ended(Position position, Collection<TableId> complete) {
    snapshots.removeIf(running -> running.position().equals(position));
    seen(complete);
  }

  /** A whole snapshot of these tables lies in the past. */
  void seen(Collection<TableId> complete) {
    snapshotSeen = true;
    complete.forEach(table -> tables.put(table, TableStatus.COMPLETE));
  }

  /**
   * Whether a change of status makes the table complete without a snapshot. A snapshot's own
   * markers say when its tables wait for it, and when they are complete: of that, what is said of a
   * single table is a repetition, which also comes behind an end that was not read as one.
   */
  boolean completes(TableId table, TableStatus status) {
    TableStatus before = tables.get(table);
    if (before == TableStatus.COMPLETE && status == TableStatus.PENDING
        || before == TableStatus.PENDING && status == TableStatus.COMPLETE) {
      return false;
    }
    tables.put(table, status);
    return status == TableStatus.COMPLETE && before != TableStatus.COMPLETE && snapshotSeen;
  }

  /** Why what was read is not a whole, if it is not. */
  Optional<Step> obstacle() {
    if (!snapshots.isEmpty()) {
      return Optional.of(
          new Step.Hold(
              "snapshot "
                  + snapshots.get(0).id()
                  + " has begun in the log and not ended. If the source no longer takes it, let it"
                  + " take a new one: reset its offsets"));
    }
    if (!snapshotSeen) {
      return Optional.of(
          new Step.Refuse(
              "The log holds no complete snapshot, so the sync config cannot be served from it. Let"
                  + " the source take one: reset its offsets, or use snapshot.mode=initial"));
    }
    return tables.entrySet().stream()
        .filter(table -> table.getValue() != TableStatus.COMPLETE && needed.test(table.getKey()))
        .findFirst()
        .map(table -> incomplete(table.getKey(), table.getValue()));
  }

  private static Step incomplete(TableId table, TableStatus status) {
    String reason =
        "The sync config needs table \""
            + table
            + "\", of which the log holds no complete snapshot (status "
            + status.text()
            + "). Let the source take a new snapshot: reset its offsets";
    // The source takes one of a pending table, unless somebody stops it.
    return status == TableStatus.PENDING ? new Step.Hold(reason) : new Step.Refuse(reason);
  }
}
