package io.convexpowersync.sink.log;

import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Position;
import java.util.Optional;

/**
 * What is known of the completeness of what was read. Places that are missing from a log need not
 * mean anything (Kafka's own transaction markers take places too), so the indexes of the records
 * are looked at as well.
 *
 * @param marker position of the resolved marker read last; empty where something older than it was
 *     read behind it
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

  /**
   * For a reader that goes on at an earlier place, between markers that are not known. What was
   * missing may lie before that place: then it is not found out again.
   */
  Continuity elsewhere() {
    return new Continuity(
        Optional.empty(),
        0,
        skippedSinceMarker,
        skippedSincePublication,
        missingSinceMarker,
        wroteRepeats);
  }
}
