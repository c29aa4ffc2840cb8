package io.convexpowersync.sink;

/**
 * The publications of a sink core, numbered from 1 as they start.
 *
 * @param started number of the last one whose commit was begun; 0 before the first
 * @param finished number of the last one that was committed; 0 before the first
 * @param lastMs when that was, in milliseconds since the Unix epoch
 */
record Publications(long started, long finished, long lastMs) {
  static final Publications NONE = new Publications(0, 0, 0);

  Publications start() {
    return new Publications(started + 1, finished, lastMs);
  }

  /** The one that started last is committed. */
  Publications finish(long nowMs) {
    return new Publications(started, started, nowMs);
  }
}
