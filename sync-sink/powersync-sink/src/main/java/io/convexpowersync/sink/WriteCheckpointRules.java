package io.convexpowersync.sink;

import io.convexpowersync.storage.Lsn;
import java.time.Duration;

/**
 * Decides when waiting write checkpoints are released by publishing an unchanged LSN again. No I/O;
 * not thread-safe.
 *
 * <ol>
 *   <li>A publication that starts after a request was noticed settles it: its head is reached, or
 *       the publication that reaches it comes later still. One that started before may have been
 *       too early for it.
 *   <li>A request above the published LSN waits for the LSN.
 *   <li>At least the interval lies between a release and whatever was published before it, so
 *       requests are released together, and a busy stream needs no release.
 * </ol>
 */
final class WriteCheckpointRules {
  private final long intervalMs;
  private Lsn lowestHead;
  private long noticedAfter;

  /**
   * @param interval shortest time between a release and the publication before it
   */
  WriteCheckpointRules(Duration interval) {
    this.intervalMs = interval.toMillis();
  }

  /**
   * Requests were noticed.
   *
   * @param lowest the lowest of their heads
   * @param started how many publications had been started by then
   */
  void noticed(Lsn lowest, long started) {
    lowestHead = lowestHead == null || lowest.compareTo(lowestHead) < 0 ? lowest : lowestHead;
    noticedAfter = started;
  }

  /** Whether requests wait that no publication so far has settled. */
  boolean waiting(Publications publications) {
    if (lowestHead != null && publications.finished() > noticedAfter) {
      lowestHead = null;
    }
    return lowestHead != null;
  }

  /**
   * Whether to release now.
   *
   * @param published the LSN that clients see
   * @param nowMs wall-clock time, in milliseconds since the Unix epoch
   */
  boolean due(Lsn published, Publications publications, long nowMs) {
    if (!waiting(publications) || lowestHead.compareTo(published) > 0) {
      return false;
    }
    long elapsed = nowMs - publications.lastMs();
    // A clock that was set back must not stop it.
    return elapsed < 0 || elapsed >= intervalMs;
  }
}
