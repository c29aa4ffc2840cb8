package io.convexpowersync.sink.log;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Decides what each event of the log means for a replication stream. No I/O; not thread-safe.
 *
 * <p>The log may repeat: a source that crashed writes a suffix again, perhaps cut into other
 * batches, and Kafka may deliver again. It may have holes: the cleaner removes old versions.
 * Invariants, given that a deployment's log never changes:
 *
 * <ol>
 *   <li>R1: a change at or below the published position, or below the highest written, is a repeat
 *       and is dropped. One equal to the highest written may be the rest of a commit: it is
 *       applied.
 *   <li>R2: a marker publishes only if its position is at or above the highest written. The caller
 *       publishes it before it writes anything that follows.
 *   <li>R3: nothing is published while a snapshot has begun and not ended, nor before one was seen
 *       complete, nor while a table that the stream needs is not complete.
 *   <li>R4: a snapshot that begins again under its own id is a repeat; under another id it starts
 *       over. While it runs, the tables lose row by row what it does not contain. It has ended only
 *       when nothing of that is left.
 *   <li>R5: a resolved marker whose predecessor is newer than every one seen tells of a hole. The
 *       newest versions may lie further on, so nothing is published until a marker that was emitted
 *       after the hole was noticed, or until a reader that sees the log's end knows that it has
 *       passed everything that was written by then.
 *   <li>R6: a stream takes over from another one of the same log only at a position that it has
 *       published, below which everything lies that the other one has consumed.
 *   <li>R7: a stream that another replicator has published is continued only from a log that has a
 *       complete snapshot at or below that position: nothing is missing in between. Nothing of that
 *       snapshot is written.
 * </ol>
 */
public final class LogProtocol {
  private final Predicate<TableId> needed;
  private final long clockSkewMs;

  private Optional<LogBinding> binding;
  private Position highest;
  private Position published;
  private Optional<Position> lastResolved;
  private Optional<SnapshotId> snapshot;
  private boolean snapshotSeen;
  private OptionalLong gapNoticedMs;
  private final Map<TableId, TableStatus> tables;

  /**
   * @param stored where the stream stands
   * @param needed whether the stream's plan reads a table
   * @param clockSkewMs by how much the clocks of source and sink may differ, in milliseconds
   */
  public LogProtocol(LogState stored, Predicate<TableId> needed, long clockSkewMs) {
    this.needed = needed;
    this.clockSkewMs = clockSkewMs;
    this.binding = stored.binding();
    this.highest = stored.highest();
    this.published = stored.published();
    this.lastResolved = stored.lastResolved();
    this.snapshot = stored.snapshot();
    this.snapshotSeen = stored.snapshotSeen();
    this.gapNoticedMs = stored.gapNoticedMs();
    this.tables = new TreeMap<>(stored.tables());
  }

  /** Where the stream stands now. */
  public LogState state() {
    return new LogState(
        binding, highest, published, lastResolved, snapshot, snapshotSeen, gapNoticedMs, tables);
  }

  /**
   * Takes the next record.
   *
   * @param nowMs wall-clock time, in milliseconds since the Unix epoch
   * @throws LogRefusedException when the record cannot belong to this stream's log
   */
  public Step accept(LogRecord record, long nowMs) {
    bind(LogBinding.of(record.origin()));
    LogEvent event = record.event();
    if (event instanceof Change change) {
      return onChange(change);
    } else if (event instanceof Marker.SnapshotBegin begin) {
      return onSnapshotBegin(begin);
    } else if (event instanceof Marker.SnapshotEnd end) {
      return onSnapshotEnd(end);
    } else if (event instanceof Marker.TableChanged changed) {
      return onTableChanged(changed);
    }
    return onResolved((Marker.Resolved) event, nowMs);
  }

  /**
   * The newest resolved marker, while it may be published and has not been: everything before it in
   * the log is written and nothing after it.
   */
  public Optional<Position> pending() {
    return lastResolved.filter(
        marker -> marker.isAfter(published) && !highest.isAfter(marker) && obstacle().isEmpty());
  }

  /**
   * Why nothing can be published as things are, whatever marker comes: {@link Step.Hold} if reading
   * on may help, {@link Step.Refuse} if the source has to do something.
   */
  public Optional<Step> obstacle() {
    return gapNoticedMs.isPresent()
        ? Optional.of(new Step.Hold("the log has a hole, whose end has not been reached"))
        : complete();
  }

  /** Everything was read that had been written when the newest hole was noticed. */
  public void holePassed() {
    gapNoticedMs = OptionalLong.empty();
  }

  /** The caller has published the given position. */
  public void published(Position position) {
    published = position;
    if (position.isAfter(highest)) {
      highest = position;
    }
  }

  private void bind(LogBinding incoming) {
    if (binding.isEmpty()) {
      binding = Optional.of(incoming);
    } else if (!binding.get().equals(incoming)) {
      throw new LogRefusedException(
          "This replication stream was built from deployment \""
              + binding.get().deployment()
              + "\" (topic prefix \""
              + binding.get().name()
              + "\"), but the log holds records of deployment \""
              + incoming.deployment()
              + "\" (topic prefix \""
              + incoming.name()
              + "\"). Point the sink at the right topic, or deploy the sync config again to build a"
              + " new stream");
    }
  }

  private Step onChange(Change change) {
    if (isRepeat(change.position())) {
      return new Step.Skip();
    }
    if (isAdopting()) {
      throw LogRefusedException.notContinuous(
          published, "changes after it come before any snapshot in the log");
    }
    highest = change.position();
    return new Step.Apply(change);
  }

  private boolean isRepeat(Position position) {
    return position.compareTo(published) <= 0 || position.compareTo(highest) < 0;
  }

  private Step onSnapshotBegin(Marker.SnapshotBegin begin) {
    if (isRepeat(begin.position()) || snapshot.equals(Optional.of(begin.snapshot()))) {
      return new Step.Skip();
    }
    if (isAdopting()) {
      throw LogRefusedException.notContinuous(
          published, "the log's snapshot, at " + begin.position().ts() + ", is newer");
    }
    highest = begin.position();
    return new Step.Begin(begin.snapshot(), begin.tables());
  }

  /** The caller is prepared for the rows of the snapshot. */
  public void begun(Step.Begin step) {
    snapshot = Optional.of(step.snapshot());
    setStatus(step.tables(), TableStatus.PENDING);
  }

  private Step onSnapshotEnd(Marker.SnapshotEnd end) {
    if (isAdopting() && isRepeat(end.position())) {
      snapshotSeen = true;
      setStatus(end.tables(), TableStatus.COMPLETE);
      return new Step.Skip();
    }
    if (isRepeat(end.position()) || !snapshot.equals(Optional.of(end.snapshot()))) {
      return new Step.Skip();
    }
    highest = end.position();
    return new Step.End(end.position(), end.tables());
  }

  /** The caller has removed what the snapshot does not contain. */
  public void ended(Step.End step) {
    snapshot = Optional.empty();
    snapshotSeen = true;
    setStatus(step.tables(), TableStatus.COMPLETE);
  }

  /** Whether a snapshot has begun and not ended. */
  public boolean isInSnapshot() {
    return snapshot.isPresent();
  }

  /** Another replicator has published, and the log has not shown yet that it reaches back there. */
  private boolean isAdopting() {
    return !snapshotSeen && published.isAfter(Position.ZERO);
  }

  private void setStatus(Collection<TableId> changed, TableStatus status) {
    changed.forEach(table -> tables.put(table, status));
  }

  private Step onTableChanged(Marker.TableChanged changed) {
    if (isRepeat(changed.position())) {
      return new Step.Skip();
    }
    TableStatus before = tables.put(changed.table(), changed.status());
    boolean completed =
        changed.status() == TableStatus.COMPLETE && before != TableStatus.COMPLETE && snapshotSeen;
    return completed
        ? new Step.Complete(changed.position(), List.of(changed.table()))
        : new Step.Skip();
  }

  private Step onResolved(Marker.Resolved marker, long nowMs) {
    noticeGap(marker, nowMs);
    if (lastResolved.isEmpty() || marker.position().isAfter(lastResolved.get())) {
      lastResolved = Optional.of(marker.position());
    }
    if (marker.position().compareTo(published) <= 0 || highest.isAfter(marker.position())) {
      return new Step.Skip();
    }
    if (gapNoticedMs.isPresent()) {
      if (marker.emittedMs() <= gapNoticedMs.getAsLong() + clockSkewMs) {
        return new Step.Hold("the log has a hole; waiting for a marker written after it was found");
      }
      gapNoticedMs = OptionalLong.empty();
    }
    return complete().orElseGet(() -> new Step.Publishable(marker.position()));
  }

  private void noticeGap(Marker.Resolved marker, long nowMs) {
    boolean unseenPredecessor =
        marker
            .previous()
            .filter(previous -> previous.isAfter(lastResolved.orElse(Position.ZERO)))
            .isPresent();
    if (unseenPredecessor) {
      gapNoticedMs = OptionalLong.of(nowMs);
    }
  }

  /** Why what was read is not a whole, if it is not. */
  private Optional<Step> complete() {
    if (snapshot.isPresent()) {
      return Optional.of(
          new Step.Hold(
              "snapshot "
                  + snapshot.get()
                  + " has begun in the log and not ended. If the source no longer takes it, let it"
                  + " take a new one: reset its offsets"));
    }
    if (!snapshotSeen) {
      return Optional.of(
          new Step.Refuse(
              "The log holds no complete snapshot, so the sync config cannot be served from it. Let"
                  + " the source take one: reset its offsets, or use snapshot.mode=initial"));
    }
    return incompleteTables().stream()
        .findFirst()
        .map(
            table ->
                new Step.Refuse(
                    "The sync config needs table \""
                        + table
                        + "\", of which the log holds no complete snapshot (status "
                        + tables.get(table).text()
                        + "). Let the source take a new snapshot: reset its offsets"));
  }

  private List<TableId> incompleteTables() {
    return tables.entrySet().stream()
        .filter(table -> table.getValue() != TableStatus.COMPLETE && needed.test(table.getKey()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
