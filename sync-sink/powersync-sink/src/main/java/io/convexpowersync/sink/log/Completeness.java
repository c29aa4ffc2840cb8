package io.convexpowersync.sink.log;

import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Which tables the log was seen to hold completely. Not thread-safe. */
final class Completeness {
  private final Predicate<TableId> needed;
  private final Map<TableId, TableStatus> tables;
  private Optional<BegunSnapshot> snapshot;
  private boolean snapshotSeen;

  Completeness(LogState stored, Predicate<TableId> needed) {
    this.needed = needed;
    this.tables = new TreeMap<>(stored.tables());
    this.snapshot = stored.snapshot();
    this.snapshotSeen = stored.snapshotSeen();
  }

  Map<TableId, TableStatus> tables() {
    return tables;
  }

  /** The snapshot that has begun and not ended. */
  Optional<BegunSnapshot> snapshot() {
    return snapshot;
  }

  boolean snapshotSeen() {
    return snapshotSeen;
  }

  boolean isRunning(SnapshotId id) {
    return snapshot.filter(running -> running.id().equals(id)).isPresent();
  }

  /** Whether a snapshot with this position has begun and not ended. */
  boolean isRunningAt(Position position) {
    return snapshot.isPresent() && snapshot.get().position().equals(position);
  }

  void begun(BegunSnapshot begun, Collection<TableId> pending) {
    snapshot = Optional.of(begun);
    pending.forEach(table -> tables.put(table, TableStatus.PENDING));
  }

  void ended(Collection<TableId> complete) {
    snapshot = Optional.empty();
    seen(complete);
  }

  /** A whole snapshot of these tables lies in the past. */
  void seen(Collection<TableId> complete) {
    snapshotSeen = true;
    complete.forEach(table -> tables.put(table, TableStatus.COMPLETE));
  }

  /** Whether a change of status makes the table complete without a snapshot. */
  boolean completes(TableId table, TableStatus status) {
    TableStatus before = tables.put(table, status);
    return status == TableStatus.COMPLETE && before != TableStatus.COMPLETE && snapshotSeen;
  }

  /** Why what was read is not a whole, if it is not. */
  Optional<Step> obstacle() {
    if (snapshot.isPresent()) {
      return Optional.of(
          new Step.Hold(
              "snapshot "
                  + snapshot.get().id()
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
