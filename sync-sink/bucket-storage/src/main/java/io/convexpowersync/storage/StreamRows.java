package io.convexpowersync.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Reads rows of {@code sync_rules}. */
final class StreamRows {
  private static final String SELECT =
      """
      SELECT id, state, slot_name, storage_version, content, sync_plan, snapshot_done,
             last_checkpoint, last_checkpoint_lsn
      FROM powersync.sync_rules\s""";

  private StreamRows() {}

  /**
   * @param condition what follows the table's name: {@code WHERE ...}, {@code ORDER BY ...}
   */
  static List<ReplicationStream> select(Session session, String condition, Object... parameters)
      throws SQLException {
    return session.query(SELECT + condition, StreamRows::read, parameters);
  }

  static Optional<ReplicationStream> find(Session session, StreamId stream) throws SQLException {
    return select(session, "WHERE id = ?", stream.value()).stream().findFirst();
  }

  private static ReplicationStream read(ResultSet row) throws SQLException {
    long checkpoint = row.getLong(8);
    Optional<OpId> opId = row.wasNull() ? Optional.empty() : Optional.of(new OpId(checkpoint));
    return new ReplicationStream(
        new StreamId(row.getInt(1)),
        ReplicationStream.State.valueOf(row.getString(2)),
        row.getString(3),
        row.getInt(4),
        row.getString(5),
        Optional.ofNullable(row.getString(6)),
        row.getBoolean(7),
        opId,
        Optional.ofNullable(row.getString(9)).filter(StreamRows::isLsn).map(Lsn::parse));
  }

  /** The service writes {@code 0} for "nowhere". */
  private static boolean isLsn(String text) {
    return text.length() == Lsn.DIGITS;
  }
}
