package io.convexpowersync.source;

import io.convexpowersync.events.Position;
import io.convexpowersync.source.stream.StreamClock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns while there is time to act: a position that is older than the deployment's retention is
 * lost, and a task that is behind, or fails, or takes a long snapshot, keeps an old one. The API
 * does not tell the retention, so it is configured. A task that has read the log to its end is
 * never late, however old the newest commit is. Used by one thread.
 */
final class RetentionWatch {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionWatch.class);
  private static final long REPEAT_MS = 600_000;

  private final String name;
  private final long retentionMs;
  private final StreamClock clock;
  private long nextLine = Long.MIN_VALUE;
  private volatile boolean late;

  /**
   * A watch.
   *
   * @param name the connector's {@code topic.prefix}
   * @param retentionMs how long the deployment keeps its log
   * @param clock time
   */
  RetentionWatch(String name, long retentionMs, StreamClock clock) {
    this.name = name;
    this.retentionMs = retentionMs;
    this.clock = clock;
  }

  /**
   * Looks at a position.
   *
   * @param position where the task would resume
   * @param atHead whether the log was read to its end
   */
  void look(Optional<Position> position, boolean atHead) {
    if (position.isEmpty() || atHead) {
      late = false;
      return;
    }
    long ageMs = clock.wallMs() - TimeUnit.NANOSECONDS.toMillis(position.get().ts());
    late = ageMs > retentionMs / 2;
    if (late && clock.elapsedMs() >= nextLine) {
      LOG.warn(
          "{}: the position {} is {} min old, more than half of the deployment's retention ({}={})."
              + " Beyond it the deployment may refuse to read on, and a new snapshot is needed",
          name,
          position.get(),
          TimeUnit.MILLISECONDS.toMinutes(ageMs),
          SourceConfigDef.RETENTION_MS,
          retentionMs);
      nextLine = clock.elapsedMs() + REPEAT_MS;
    }
  }

  /** Whether the position is too old. May be asked by any thread. */
  boolean isLate() {
    return late;
  }
}
