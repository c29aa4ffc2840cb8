package io.convexpowersync.sink.log;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Notices that something takes the markers out of the log: changes arrive, and nothing is ever
 * published. The source writes a marker within moments of every commit. The rows of a snapshot have
 * none between them, and of old markers compaction keeps only the last, so only fresh changes
 * count. No I/O; not thread-safe.
 */
final class MarkerWatch {
  private static final long PATIENCE_MS = TimeUnit.SECONDS.toMillis(60);

  private OptionalLong withoutMarkerSinceMs = OptionalLong.empty();
  private boolean overdue;

  /** Looks at the next event. */
  void accept(LogEvent event, long nowMs) {
    if (!isFreshChange(event, nowMs)) {
      withoutMarkerSinceMs = OptionalLong.empty();
    } else if (withoutMarkerSinceMs.isEmpty()) {
      withoutMarkerSinceMs = OptionalLong.of(nowMs);
    }
    overdue =
        withoutMarkerSinceMs.isPresent() && nowMs - withoutMarkerSinceMs.getAsLong() >= PATIENCE_MS;
  }

  /** Whether fresh changes have come for a while, and no marker between them. */
  boolean isOverdue() {
    return overdue;
  }

  private static boolean isFreshChange(LogEvent event, long nowMs) {
    boolean snapshotRow = event instanceof Change.Upsert row && row.snapshot();
    long ageMs = nowMs - TimeUnit.NANOSECONDS.toMillis(event.position().ts());
    return event instanceof Change && !snapshotRow && ageMs < PATIENCE_MS;
  }
}
