package io.convexpowersync.sink.log;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.TableId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
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
 *       applied. But where places of the log are missing, only what is published is certain to be
 *       there: of what a source has repeated the cleaner keeps the last copy, so until the next
 *       publication everything above the published position is applied, in the order of the log.
 *   <li>R2: a marker publishes only if its position is at or above the highest written. The caller
 *       publishes it before it writes anything that follows.
 *   <li>R3: nothing is published while a snapshot has begun and not ended, nor before one was seen
 *       complete, nor while a table that the stream needs is not complete.
 *   <li>R4: a snapshot that begins again under its own id is a repeat; under another id, or where
 *       repeats are applied, it starts over. While it runs, the tables lose row by row what it does
 *       not contain. It has ended only when nothing of that is left. Until then its tables are not
 *       complete, whatever else the log says of them. Another one replaces it; but one of other
 *       tables does not where repeats are applied, before the hole is passed: of an end that a
 *       source has repeated the cleaner keeps the last copy.
 *   <li>R5: a resolved marker whose predecessor is newer than every one seen tells of a hole. So
 *       does, where places of the log are missing, one whose predecessor is not the last one read,
 *       or one before which an index is missing; behind a change that is older than the marker read
 *       last, no predecessor is the one read last. The newest versions may lie further on, so
 *       nothing is published until a marker that was emitted after the hole was noticed, or until a
 *       reader that sees the log's end knows that it has passed everything that was written by
 *       then. A marker at or below the published position tells of none: what is missing before it
 *       is published, or above it, and then its source writes it behind it.
 *   <li>R6: a stream takes over from another one of the same log only at a position that it has
 *       published, below which everything lies that the other one has consumed.
 *   <li>R7: a stream that another replicator has published is continued only from a log that has a
 *       complete snapshot at or below that position: nothing is missing in between. Nothing of that
 *       snapshot is written.
 * </ol>
 */
public final class LogProtocol {
  private final Holes holes;
  private final Completeness completeness;
  private final MarkerWatch markers = new MarkerWatch();

  private Optional<LogBinding> binding;
  private Position highest;
  private Position published;
  private Optional<Position> lastResolved;

  /**
   * @param stored where the stream stands
   * @param needed whether the stream's plan reads a table
   * @param clockSkewMs by how much the clocks of source and sink may differ, in milliseconds
   * @param incompleteCommits whether records may be dropped before they come here
   */
  public LogProtocol(
      LogState stored, Predicate<TableId> needed, long clockSkewMs, boolean incompleteCommits) {
    this.holes = new Holes(stored, clockSkewMs, incompleteCommits);
    this.completeness = new Completeness(stored, needed);
    this.binding = stored.binding();
    this.highest = stored.highest();
    this.published = stored.published();
    this.lastResolved = stored.lastResolved();
  }

  /** Where the stream stands now. */
  public LogState state() {
    return state(holes.continuity());
  }

  /**
   * The same while what the newest record does is not durable as a whole. The record has to be read
   * again: if it cannot be, it is missing.
   */
  public LogState stateBefore() {
    return state(holes.continuityBefore());
  }

  private LogState state(Continuity continuity) {
    return new LogState(
        binding,
        highest,
        published,
        lastResolved,
        completeness.snapshots(),
        completeness.snapshotSeen(),
        holes.noticedMs(),
        continuity,
        completeness.tables());
  }

  /** When the newest hole was noticed that has not been passed, in milliseconds since the epoch. */
  public OptionalLong holeNoticedMs() {
    return holes.noticedMs();
  }

  /** The next record does not follow at once on the one before in the log. */
  public void placesMissing() {
    holes.placesMissing();
  }

  /** The next record follows on what a stream in the given state was given. */
  public void goesOnBehind(LogState other) {
    holes.goesOnBehind(other.continuity());
  }

  /**
   * Takes the next record.
   *
   * @param nowMs wall-clock time, in milliseconds since the Unix epoch
   * @throws LogRefusedException when the record cannot belong to this stream's log
   */
  public Step accept(LogRecord record, long nowMs) {
    bind(record.origin());
    LogEvent event = record.event();
    markers.accept(event, nowMs);
    if (event instanceof Marker.Resolved marker) {
      if (marker.position().isAfter(published)) {
        holes.look(record, lastResolved, nowMs);
      }
      holes.marker(marker.position(), highest);
      return onResolved(marker);
    }
    holes.record(record);
    if (event instanceof Change change) {
      return onChange(change);
    } else if (event instanceof Marker.SnapshotBegin begin) {
      return onSnapshotBegin(begin);
    } else if (event instanceof Marker.SnapshotEnd end) {
      return onSnapshotEnd(end);
    }
    return onTableChanged((Marker.TableChanged) event);
  }

  /**
   * The newest resolved marker, while it may be published and has not been: everything before it in
   * the log is written and nothing after it.
   */
  public Optional<Position> pending() {
    return lastResolved.filter(
        marker ->
            marker.isAfter(published)
                && !highest.isAfter(marker)
                && !holes.wroteRepeats()
                && obstacle().isEmpty());
  }

  /**
   * Why nothing can be published as things are, whatever marker comes: {@link Step.Hold} if reading
   * on may help, {@link Step.Refuse} if the source has to do something.
   */
  public Optional<Step> obstacle() {
    return holes.obstacle().or(completeness::obstacle);
  }

  /** Why nothing is published although changes come: no marker does. Empty when all is well. */
  public Optional<Step.Hold> silence() {
    return markers.isOverdue() ? Optional.of(Holes.RECORDS_MISSING) : Optional.empty();
  }

  /** Everything was read that had been written when the newest hole was noticed. */
  public void holePassed() {
    holes.passed();
    completeness.giveUpOlder();
  }

  /** The caller has published the given position. */
  public void published(Position position) {
    published = position;
    highest = position.isAfter(highest) ? position : highest;
    holes.published();
  }

  private void bind(LogOrigin incoming) {
    if (binding.isEmpty()) {
      binding = Optional.of(LogBinding.of(incoming));
    } else if (!binding.get().includes(incoming)) {
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
    wrote(change.position());
    return new Step.Apply(change);
  }

  private boolean isRepeat(Position position) {
    return position.compareTo(published) <= 0
        || !appliesRepeats() && position.compareTo(highest) < 0;
  }

  private boolean appliesRepeats() {
    return holes.skippedSincePublication();
  }

  private void wrote(Position position) {
    if (position.isAfter(highest)) {
      highest = position;
    } else if (!position.equals(highest)) {
      holes.wroteRepeat();
    }
  }

  private Step onSnapshotBegin(Marker.SnapshotBegin begin) {
    boolean begun = completeness.isRunning(begin.snapshot());
    if (isRepeat(begin.position()) || begun && !appliesRepeats()) {
      return new Step.Skip();
    }
    if (isAdopting()) {
      throw LogRefusedException.notContinuous(
          published, "the log's snapshot, at " + begin.position().ts() + ", is newer");
    }
    wrote(begin.position());
    return new Step.Begin(new BegunSnapshot(begin.snapshot(), begin.position(), begin.tables()));
  }

  /** The caller is prepared for the rows of the snapshot. */
  public void begun(Step.Begin step) {
    completeness.begun(step.snapshot(), appliesRepeats());
  }

  private Step onSnapshotEnd(Marker.SnapshotEnd end) {
    if (isAdopting() && isRepeat(end.position())) {
      completeness.seen(end.tables());
      return new Step.Skip();
    }
    if (isRepeat(end.position()) || !completeness.isRunning(end.snapshot())) {
      return new Step.Skip();
    }
    wrote(end.position());
    return new Step.End(end.position(), end.tables());
  }

  /** The caller has removed what the snapshot does not contain. */
  public void ended(Step.End step) {
    completeness.ended(step.position(), step.tables());
  }

  /** Whether a change is a row of a snapshot that has begun and not ended. */
  public boolean isOfSnapshot(Change change) {
    return change instanceof Change.Upsert row
        && row.snapshot()
        && completeness.isRunningAt(row.position());
  }

  /** Another replicator has published, and the log has not shown yet that it reaches back there. */
  private boolean isAdopting() {
    return !completeness.snapshotSeen() && published.isAfter(Position.ZERO);
  }

  private Step onTableChanged(Marker.TableChanged changed) {
    if (isRepeat(changed.position())) {
      return new Step.Skip();
    }
    return completeness.completes(changed.table(), changed.status())
        ? new Step.Complete(changed.position(), List.of(changed.table()))
        : new Step.Skip();
  }

  private Step onResolved(Marker.Resolved marker) {
    if (lastResolved.isEmpty() || marker.position().isAfter(lastResolved.get())) {
      lastResolved = Optional.of(marker.position());
    }
    if (marker.position().compareTo(published) <= 0 || highest.isAfter(marker.position())) {
      return new Step.Skip();
    }
    Optional<Step> hole = holes.obstacle(marker);
    if (hole.isEmpty()) {
      completeness.giveUpOlder();
    }
    return hole.or(completeness::obstacle).orElseGet(() -> new Step.Publishable(marker.position()));
  }
}
