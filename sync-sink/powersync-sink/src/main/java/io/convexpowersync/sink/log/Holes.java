package io.convexpowersync.sink.log;

import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import java.util.Optional;
import java.util.OptionalLong;

/** Whether records are missing from what was read of the log. Not thread-safe. */
final class Holes {
  private final long clockSkewMs;
  private final boolean incompleteCommits;
  private OptionalLong noticedMs;
  private Continuity continuity;

  Holes(LogState stored, long clockSkewMs, boolean incompleteCommits) {
    this.clockSkewMs = clockSkewMs;
    this.incompleteCommits = incompleteCommits;
    this.noticedMs = stored.gapNoticedMs();
    this.continuity = stored.continuity();
  }

  OptionalLong noticedMs() {
    return noticedMs;
  }

  Continuity continuity() {
    return continuity;
  }

  void placesMissing() {
    continuity = continuity.skipped();
  }

  /** A record that is not a resolved marker was read. */
  void record(LogRecord record) {
    continuity = continuity.record(record);
  }

  void goesOnBehind(Continuity other) {
    continuity = other;
  }

  void wroteRepeat() {
    continuity = continuity.repeat();
  }

  void published() {
    continuity = continuity.published();
  }

  void passed() {
    noticedMs = OptionalLong.empty();
  }

  /**
   * A resolved marker was read.
   *
   * @param record the marker's
   * @param seen the newest one before it
   * @param written position of the newest change written
   */
  void marker(LogRecord record, Optional<Position> seen, Position written, long nowMs) {
    Marker.Resolved marker = (Marker.Resolved) record.event();
    boolean unseenPredecessor =
        marker
            .previous()
            .filter(previous -> previous.isAfter(seen.orElse(Position.ZERO)))
            .isPresent();
    if (unseenPredecessor || !incompleteCommits && continuity.lacksRecordsOf(record)) {
      noticedMs = OptionalLong.of(nowMs);
    }
    continuity = continuity.marker(marker.position(), !written.isAfter(marker.position()));
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
    return noticedMs.isPresent()
        ? Optional.of(
            new Step.Hold(
                "records are missing from the log: nothing is published before everything that was"
                    + " written by then has been read. If that lasts, a transform or"
                    + " errors.tolerance drops records of the log topic"))
        : Optional.empty();
  }
}
