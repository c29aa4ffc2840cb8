package io.convexpowersync.sink.log;

import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether records are missing from what was read of the log. The fields are those of {@link
 * Continuity}. Not thread-safe.
 */
final class Holes {
  static final Step.Hold RECORDS_MISSING =
      new Step.Hold(
          "records are missing from the log, perhaps its markers: nothing is published before a"
              + " marker that was written behind them. If that lasts, a transform or"
              + " errors.tolerance, here or at the source, drops records of the log topic");

  private final long clockSkewMs;
  private final boolean incompleteCommits;
  private OptionalLong noticedMs;

  private Optional<Position> marker;
  private long nextIndex;
  private long nextIndexBefore;
  private boolean skippedSinceMarker;
  private boolean skippedSincePublication;
  private boolean missingSinceMarker;
  private boolean wroteRepeats;

  Holes(LogState stored, long clockSkewMs, boolean incompleteCommits) {
    this.clockSkewMs = clockSkewMs;
    this.incompleteCommits = incompleteCommits;
    this.noticedMs = stored.gapNoticedMs();
    goesOnBehind(stored.continuity());
  }

  OptionalLong noticedMs() {
    return noticedMs;
  }

  Continuity continuity() {
    return continuity(nextIndex);
  }

  /** The same if the record read last, which is no resolved marker, will be read again. */
  Continuity continuityBefore() {
    return continuity(nextIndexBefore);
  }

  private Continuity continuity(long next) {
    return new Continuity(
        marker,
        next,
        skippedSinceMarker,
        skippedSincePublication,
        missingSinceMarker,
        wroteRepeats);
  }

  void goesOnBehind(Continuity other) {
    marker = other.marker();
    nextIndex = other.nextIndex();
    skippedSinceMarker = other.skippedSinceMarker();
    skippedSincePublication = other.skippedSincePublication();
    missingSinceMarker = other.missingSinceMarker();
    wroteRepeats = other.wroteRepeats();
  }

  boolean skippedSincePublication() {
    return skippedSincePublication;
  }

  boolean wroteRepeats() {
    return wroteRepeats;
  }

  void placesMissing() {
    skippedSinceMarker = true;
    skippedSincePublication = true;
  }

  void wroteRepeat() {
    wroteRepeats = true;
  }

  void published() {
    skippedSincePublication = false;
  }

  void passed() {
    noticedMs = OptionalLong.empty();
  }

  /**
   * A record that is not a resolved marker was read. A source that crashed may have written more
   * than its successor knows of; the successor repeats it, so a lower index is no sign of a hole.
   */
  void record(LogRecord record) {
    nextIndexBefore = nextIndex;
    Position position = record.event().position();
    if (marker.isPresent() && marker.get().isAfter(position)) {
      // What the successor writes follows on a marker of its own, which is not known.
      marker = Optional.empty();
    }
    boolean counted = marker.isEmpty() || position.isAfter(marker.get());
    if (counted && record.index().isPresent()) {
      missingSinceMarker |= isMissingBefore(record);
      nextIndex = record.index().getAsLong() + 1;
    }
  }

  private boolean isMissingBefore(LogRecord record) {
    return record.index().isPresent() && record.index().getAsLong() > nextIndex;
  }

  /**
   * Looks for a hole before a resolved marker.
   *
   * @param record the marker's
   * @param seen the newest one before it
   */
  void look(LogRecord record, Optional<Position> seen, long nowMs) {
    Marker.Resolved next = (Marker.Resolved) record.event();
    if (hasUnseenPredecessor(next, seen) || !incompleteCommits && lacksRecordsBefore(record)) {
      noticedMs = OptionalLong.of(nowMs);
    }
  }

  /**
   * A resolved marker was read.
   *
   * @param written position of the newest change written
   */
  void marker(Position position, Position written) {
    marker = Optional.of(position);
    nextIndex = 0;
    skippedSinceMarker = false;
    missingSinceMarker = false;
    wroteRepeats &= written.isAfter(position);
  }

  private static boolean hasUnseenPredecessor(Marker.Resolved next, Optional<Position> seen) {
    Position newest = seen.orElse(Position.ZERO);
    return next.previous().filter(previous -> previous.isAfter(newest)).isPresent();
  }

  /** Whether records may be missing between the resolved marker read last and this one. */
  private boolean lacksRecordsBefore(LogRecord record) {
    return skippedSinceMarker
        && record.index().isPresent()
        && (missingSinceMarker
            || isMissingBefore(record)
            || !((Marker.Resolved) record.event()).previous().equals(marker));
  }

  /** Why nothing can be published at a marker, unless it was emitted after the hole was noticed. */
  Optional<Step> obstacle(Marker marker) {
    if (noticedMs.isPresent() && marker.emittedMs() > noticedMs.getAsLong() + clockSkewMs) {
      passed();
    }
    return obstacle();
  }

  /** Why nothing can be published. */
  Optional<Step> obstacle() {
    return noticedMs.isPresent() ? Optional.of(RECORDS_MISSING) : Optional.empty();
  }
}
