package io.convexpowersync.sink.input;

import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.sink.log.LogRefusedException;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Notices a deployment that was restored from a backup: the log goes on at positions that have been
 * seen already, and does not catch up. No I/O; not thread-safe.
 *
 * <ol>
 *   <li>Only markers count that were emitted after this watch began: older ones are read again
 *       after a seek, and prove nothing.
 *   <li>A source that crashed repeats a suffix too, but it catches up within the grace time, which
 *       is measured between markers, by the source's clock.
 * </ol>
 */
public final class RegressionWatch {
  private final long graceMs;
  private final long sinceMs;
  private Position newest = Position.ZERO;
  private OptionalLong behindSinceMs = OptionalLong.empty();

  /**
   * @param grace how long the log may stay behind
   * @param nowMs wall-clock time, in milliseconds since the Unix epoch
   */
  public RegressionWatch(Duration grace, long nowMs) {
    this.graceMs = grace.toMillis();
    this.sinceMs = nowMs;
  }

  /** Positions up to this one are published. */
  public void published(Position position) {
    newest = position.isAfter(newest) ? position : newest;
  }

  /**
   * @throws LogRefusedException when the log has stayed behind for longer than the grace time
   */
  void accept(LogRecord record) {
    if (!(record.event() instanceof Marker.Resolved marker) || marker.emittedMs() < sinceMs) {
      return;
    }
    if (marker.position().compareTo(newest) >= 0) {
      newest = marker.position();
      behindSinceMs = OptionalLong.empty();
    } else if (behindSinceMs.isEmpty()) {
      behindSinceMs = OptionalLong.of(marker.emittedMs());
    } else if (marker.emittedMs() - behindSinceMs.getAsLong() > graceMs) {
      throw new LogRefusedException(
          "The log has been at positions of the past for "
              + (marker.emittedMs() - behindSinceMs.getAsLong()) / 1000
              + " s: its newest marker is at "
              + marker.position()
              + ", but "
              + newest
              + " was seen before. The deployment was restored from a backup, or deployment.url of"
              + " the source names another one. Reset the source's offsets, so that it takes a new"
              + " snapshot into a new log topic, and deploy the sync config again to build a new"
              + " stream from it");
    }
  }
}
