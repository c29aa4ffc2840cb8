package io.convexpowersync.sink.input;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that something takes the markers out of the log: changes arrive, and nothing is ever
 * published. The source writes a marker within moments of every commit. The rows of a snapshot have
 * none between them, and of old markers compaction keeps only the last, so only fresh changes
 * count. Not thread-safe.
 */
public final class MarkerWatch {
  private static final Logger LOG = LoggerFactory.getLogger(MarkerWatch.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Clock clock;
  private OptionalLong withoutMarkerSinceMs = OptionalLong.empty();

  /**
   * @param clock wall clock
   */
  public MarkerWatch(Clock clock) {
    this.clock = clock;
  }

  /**
   * Looks at the next record, and warns once in a while.
   *
   * @return whether it has warned
   */
  boolean accept(LogEvent event) {
    long now = clock.millis();
    if (!isFreshChange(event, now)) {
      withoutMarkerSinceMs = OptionalLong.empty();
      return false;
    }
    if (withoutMarkerSinceMs.isEmpty()) {
      withoutMarkerSinceMs = OptionalLong.of(now);
    }
    if (now - withoutMarkerSinceMs.getAsLong() < PATIENCE.toMillis()) {
      return false;
    }
    withoutMarkerSinceMs = OptionalLong.of(now);
    LOG.warn(
        "For {} s the log has held changes and no marker, so nothing was published. Remove the"
            + " transformation (transforms) that drops markers from the sink or the source: the"
            + " log topic has to arrive whole",
        PATIENCE.toSeconds());
    return true;
  }

  private static boolean isFreshChange(LogEvent event, long nowMs) {
    boolean snapshotRow = event instanceof Change.Upsert row && row.snapshot();
    long ageMs = nowMs - TimeUnit.NANOSECONDS.toMillis(event.position().ts());
    return event instanceof Change && !snapshotRow && ageMs < PATIENCE.toMillis();
  }
}
