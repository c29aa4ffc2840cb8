package io.convexpowersync.storage;

import io.convexpowersync.storage.ReplicationStream.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What one transaction does to its stream's row in {@code sync_rules}: the last thing that it
 * writes, so that the row is locked only briefly. The state is checked again then.
 */
final class StreamUpdate {
  /** What came of it. */
  record Outcome(StreamRow row, boolean published, boolean activated) {}

  private record Publication(Lsn lsn, boolean freshOpId, boolean activate) {}

  private static final String LOCK =
      """
      SELECT state, snapshot_done, last_checkpoint, last_checkpoint_lsn, no_checkpoint_before,
             keepalive_op, snapshot_lsn
      FROM powersync.sync_rules WHERE id = ? AND state IN ('PROCESSING', 'ACTIVE')
      FOR NO KEY UPDATE
      """;

  private static final String UPDATE =
      """
      UPDATE powersync.sync_rules
      SET state = ?, snapshot_done = ?, last_checkpoint = ?::bigint, last_checkpoint_lsn = ?,
          no_checkpoint_before = ?, keepalive_op = ?::bigint, snapshot_lsn = ?,
          last_checkpoint_ts = CASE WHEN ? THEN clock_timestamp() ELSE last_checkpoint_ts END,
          last_keepalive_ts = clock_timestamp(),
          last_fatal_error = CASE WHEN ? THEN NULL ELSE last_fatal_error END
      WHERE id = ?
      """;

  private static final String STOP_OTHERS =
      """
      UPDATE powersync.sync_rules SET state = 'STOP'
      WHERE state IN ('ACTIVE', 'ERRORED') AND id <> ?
      """;

  private static final String NOTIFY = "SELECT pg_notify('powersynccheckpoints', ?)";

  private Lsn tableDone;
  private Lsn allTablesDone;
  private Publication publication;

  void tableDone(Lsn pin) {
    tableDone = tableDone == null || tableDone.compareTo(pin) < 0 ? pin : tableDone;
  }

  void allTablesDone(Lsn pin) {
    allTablesDone = pin;
  }

  void publish(Lsn lsn, boolean freshOpId, boolean activate) {
    if (publication != null) {
      throw new IllegalStateException("A transaction publishes once");
    }
    publication = new Publication(lsn, freshOpId, activate);
  }

  boolean wantsFreshOpId() {
    return publication != null && publication.freshOpId();
  }

  boolean completesSnapshot() {
    return allTablesDone != null;
  }

  /** Whether the row stays as it is. */
  boolean isEmpty() {
    return tableDone == null && allTablesDone == null && publication == null;
  }

  /** The position that this transaction brings the stream to, if it says so. */
  Optional<Lsn> position() {
    return Optional.ofNullable(publication).map(Publication::lsn);
  }

  /**
   * Writes the row and notifies the service. A publication that clients are served takes an old
   * error message away; one of a stream that is built beside the live one leaves it, because it
   * says what the stream waits for.
   *
   * @param opId highest op id that the stream has written
   * @param clearError whether an old error message goes in any case
   * @return empty when the stream is not replicated any more
   */
  Optional<Outcome> apply(Session session, StreamId stream, long opId, boolean clearError)
      throws SQLException {
    Optional<StreamRow> locked = session.first(LOCK, StreamUpdate::read, stream.value());
    if (locked.isEmpty()) {
      return Optional.empty();
    }
    Outcome outcome = decide(locked.get(), opId);
    boolean serves = outcome.published() && outcome.row().state() == State.ACTIVE;
    write(session, stream, outcome, clearError || serves);
    if (outcome.activated()) {
      session.updateLater(STOP_OTHERS, stream.value());
    }
    if (serves) {
      session.one(NOTIFY, row -> null, payload(stream, outcome.row()));
    }
    session.flush();
    return Optional.of(outcome);
  }

  private Outcome decide(StreamRow row, long opId) {
    StreamRow next = tableDone == null ? row : row.tableDone(tableDone);
    next = allTablesDone == null ? next : next.allTablesDone(allTablesDone);
    if (publication == null) {
      return new Outcome(next, false, false);
    }
    if (!next.mayPublish(publication.lsn())) {
      return new Outcome(next.blocked(opId), false, false);
    }
    next = next.published(publication.lsn(), opId);
    boolean activate = publication.activate() && next.state() == State.PROCESSING;
    return new Outcome(activate ? next.activated() : next, true, activate);
  }

  private static void write(Session session, StreamId stream, Outcome outcome, boolean clearError) {
    StreamRow row = outcome.row();
    session.updateLater(
        UPDATE,
        row.state().name(),
        row.snapshotDone(),
        row.lastCheckpoint(),
        row.lastCheckpointLsn(),
        row.noCheckpointBefore(),
        row.keepaliveOp(),
        row.snapshotLsn(),
        outcome.published(),
        clearError,
        stream.value());
  }

  private static StreamRow read(ResultSet row) throws SQLException {
    return new StreamRow(
        State.valueOf(row.getString(1)),
        row.getBoolean(2),
        row.getObject(3, Long.class),
        row.getString(4),
        row.getString(5),
        row.getObject(6, Long.class),
        row.getString(7));
  }

  /** The exact form that the service parses. */
  private static String payload(StreamId stream, StreamRow row) {
    return """
        {"active_checkpoint":{"id":%s,"last_checkpoint":"%d","last_checkpoint_lsn":"%s"}}"""
        .formatted(stream, row.lastCheckpoint(), row.lastCheckpointLsn());
  }
}
