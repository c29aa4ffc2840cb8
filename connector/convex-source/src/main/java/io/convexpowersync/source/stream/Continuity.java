package io.convexpowersync.source.stream;

import io.convexpowersync.events.Position;

/** Refuses answers that do not go on where the position is. */
final class Continuity {
  /** The end of the log, or of what was read of it, is never before the position. */
  static void checkHead(long head, Position position) {
    if (head < position.ts()) {
      throw new StreamException(
          ("The deployment's log ends at %d, before the stored position %s: it was restored from a"
                  + " backup, or deployment.url now names another deployment. Check"
                  + " deployment.url; if it is right, delete the connector's offsets and use a new"
                  + " topic.prefix, so that consumers start with a new snapshot")
              .formatted(head, position));
    }
  }

  /** The rows of a page come in the order of their timestamps. */
  static void checkOrder(long ts, long least) {
    if (ts < least) {
      throw new StreamException(
          "The deployment's log is out of order: a row of %d where at least %d was expected"
              .formatted(ts, least));
    }
  }

  /** A snapshot page is read at the timestamp that was asked for. */
  static void checkPin(long answered, Position position) {
    if (answered != position.ts()) {
      throw new StreamException(
          "The deployment answered a snapshot page at %d, and not at %d as asked"
              .formatted(answered, position.ts()));
    }
  }

  private Continuity() {}
}
