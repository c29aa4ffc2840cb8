package io.convexpowersync.storage;

import java.sql.SQLException;
import java.util.Optional;

/** The writers' places in their inputs, one per stream, in our own schema. */
final class Places {
  /** The slot name tells the stream from an older one with the same id. */
  private static final String LOAD =
      "SELECT place FROM convex_powersync.streams WHERE stream_id = ? AND slot_name = ?";

  private static final String SAVE =
      "UPDATE convex_powersync.streams SET place = ? WHERE stream_id = ?";

  private static final String REPLACE =
      """
      INSERT INTO convex_powersync.streams (stream_id, slot_name, place) VALUES (?, ?, ?)
      ON CONFLICT (stream_id) DO UPDATE
      SET slot_name = EXCLUDED.slot_name, place = EXCLUDED.place
      """;

  private Places() {}

  static Optional<String> load(Session session, ReplicationStream stream) throws SQLException {
    return session
        .query(
            LOAD,
            row -> Optional.ofNullable(row.getString(1)),
            stream.id().value(),
            stream.slotName())
        .stream()
        .findFirst()
        .flatMap(place -> place);
  }

  /** By the holder of the lease, whose record exists. */
  static void save(Session session, StreamId stream, String place) {
    session.updateLater(SAVE, place, stream.value());
  }

  static void replace(Session session, ReplicationStream stream, Optional<String> place)
      throws SQLException {
    session.update(REPLACE, stream.id().value(), stream.slotName(), place.orElse(null));
  }

  static void remove(Session session, ReplicationStream stream) throws SQLException {
    session.update("DELETE FROM convex_powersync.streams WHERE stream_id = ?", stream.id().value());
  }
}
