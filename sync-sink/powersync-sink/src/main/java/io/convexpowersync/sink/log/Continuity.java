package io.convexpowersync.sink.log;

import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import java.util.Optional;

/**
 * What is known of the completeness of what was read. Places that are missing from a log need not
 * mean anything (Kafka's own transaction markers take places too), so the indexes of the records
 * are looked at as well.
 *
 * @param marker position of the resolved marker read last
 * @param nextIndex the highest {@link LogRecord#index} that the next record may have
 * @param skippedSinceMarker whether a place of the log was missing since that marker
 * @param skippedSincePublication whether one was missing since the last publication
 * @param missingSinceMarker whether a record is missing since that marker
 * @param wroteRepeats whether something older than the newest change was written since the last
 *     resolved marker: then the state is not the one of that marker any more
 */
public record Continuity(
    Optional<Position> marker,
    long nextIndex,
    boolean skippedSinceMarker,
    boolean skippedSincePublication,
    boolean missingSinceMarker,
    boolean wroteRepeats) {
  /** At the beginning of a log. */
  public static final Continuity START =
      new Continuity(Optional.empty(), 0, false, false, false, false);

  Continuity skipped() {
    return new Continuity(marker, nextIndex, true, true, missingSinceMarker, wroteRepeats);
  }

  Continuity repeat() {
    return new Continuity(
        marker, nextIndex, skippedSinceMarker, skippedSincePublication, missingSinceMarker, true);
  }

  Continuity published() {
    return new Continuity(
        marker, nextIndex, skippedSinceMarker, false, missingSinceMarker, wroteRepeats);
  }

  /** As at the beginning of a log, but for what was written. */
  Continuity elsewhere() {
    return new Continuity(Optional.empty(), 0, false, skippedSincePublication, false, wroteRepeats);
  }

  /**
   * A record that is not a resolved marker. A source that crashed may have written more than its
   * successor knows of; the successor repeats it, so a lower index is no sign of a hole.
   */
  Continuity record(LogRecord record) {
    boolean counted = record.event().position().isAfter(marker.orElse(Position.ZERO));
    if (!counted || record.index().isEmpty()) {
      return this;
    }
    return new Continuity(
        marker,
        record.index().getAsLong() + 1,
        skippedSinceMarker,
        skippedSincePublication,
        missingSinceMarker || isMissingBefore(record),
        wroteRepeats);
  }

  private boolean isMissingBefore(LogRecord record) {
    return record.index().isPresent() && record.index().getAsLong() > nextIndex;
  }

  /**
   * Whether records may be missing between the resolved marker read last and this one.
   *
   * @param next the record of the marker
   */
  boolean lacksRecordsOf(LogRecord next) {
    Optional<Position> previous = ((Marker.Resolved) next.event()).previous();
    return skippedSinceMarker
        && next.index().isPresent()
        && (missingSinceMarker || isMissingBefore(next) || !previous.equals(marker));
  }

  /**
   * A resolved marker.
   *
   * @param newest whether nothing newer than the marker was written
   */
  Continuity marker(Position position, boolean newest) {
    return new Continuity(
        Optional.of(position), 0, false, skippedSincePublication, false, wroteRepeats && !newest);
  }
}
