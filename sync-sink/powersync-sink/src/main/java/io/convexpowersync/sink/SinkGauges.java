package io.convexpowersync.sink;

import io.convexpowersync.events.Position;

/**
 * Where the sink core stands.
 *
 * @param writing whether the stream is open: its lease is held
 * @param received position of the newest record given to it; ZERO before the first
 * @param published position that clients see, as far as this core knows; ZERO before it knows
 * @param unpublishedRows rows written that clients do not see yet
 * @param oldestUnpublishedTs position's timestamp of the oldest of them, or of the first that is
 *     being written, in nanoseconds since the Unix epoch; 0 when there is none
 * @param lastPublicationMs when this core last published, in milliseconds since the Unix epoch; 0
 *     if it has not
 */
public record SinkGauges(
    boolean writing,
    Position received,
    Position published,
    long unpublishedRows,
    long oldestUnpublishedTs,
    long lastPublicationMs) {
  /** Nothing known. */
  public static final SinkGauges NONE =
      new SinkGauges(false, Position.ZERO, Position.ZERO, 0, 0, 0);

  SinkGauges received(Position position) {
    return new SinkGauges(
        writing,
        position.isAfter(received) ? position : received,
        published,
        unpublishedRows,
        oldestUnpublishedTs,
        lastPublicationMs);
  }

  /** The stream was opened, or opened again. */
  SinkGauges opened(Position durablePublished) {
    return new SinkGauges(true, received, durablePublished, 0, 0, lastPublicationMs);
  }

  /** The stream was given up. */
  SinkGauges closed() {
    return new SinkGauges(
        false, received, published, unpublishedRows, oldestUnpublishedTs, lastPublicationMs);
  }

  /** The first row since the last publication is about to be written. */
  SinkGauges lagsSince(Position position) {
    return new SinkGauges(
        writing, received, published, unpublishedRows, position.ts(), lastPublicationMs);
  }

  SinkGauges wrote(int rows) {
    return new SinkGauges(
        writing,
        received,
        published,
        unpublishedRows + rows,
        oldestUnpublishedTs,
        lastPublicationMs);
  }

  SinkGauges publishedAt(Position position, long nowMs) {
    return new SinkGauges(writing, received, position, 0, 0, nowMs);
  }
}
