package io.convexpowersync.storage;

import io.convexpowersync.storage.ReplicationStream.State;
import io.convexpowersync.storage.StorageException.Kind;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes a stopped stream's data, under its lease, in batches that commit one by one. The row of
 * {@code sync_rules} stays, as TERMINATED.
 */
final class StreamClearing {
  private static final Logger LOG = LoggerFactory.getLogger(StreamClearing.class);

  private static final int BATCH_ROWS = 50_000;

  private static final List<String> TABLES =
      List.of("bucket_data", "bucket_parameters", "current_data", "source_tables");

  private static final String RESET =
      """
      UPDATE powersync.sync_rules
      SET snapshot_done = false, last_checkpoint = NULL, last_checkpoint_lsn = NULL,
          no_checkpoint_before = NULL
      WHERE id = ? AND state = 'STOP'
      """;

  private static final String DELETE =
      """
      DELETE FROM powersync.%1$s WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM powersync.%1$s WHERE group_id = ? LIMIT ?))
      """;

  private static final String TERMINATE =
      "UPDATE powersync.sync_rules SET state = 'TERMINATED' WHERE id = ? AND state = 'STOP'";

  private StreamClearing() {}

  /**
   * @return false when somebody else holds the lease
   */
  static boolean clear(Database database, ReplicationStream stream, String owner) {
    if (stream.state() == State.TERMINATED) {
      return true;
    }
    if (stream.state() != State.STOP) {
      throw new StorageException(
          Kind.CONFIGURATION,
          "Stream %s is in state %s; only a stopped stream is cleared."
              .formatted(stream.id(), stream.state()));
    }
    SchemaCreation.ensureBookkeeping(database);
    try (Session session = database.connect()) {
      session.execute(WriterOpening.SETTINGS);
      StreamLease lease = StreamLease.acquire(session, stream, owner);
      clear(session, lease, stream);
      return true;
    } catch (StorageException e) {
      if (e.kind() == Kind.FENCED) {
        LOG.info("Stream {} is not cleared yet: {}", stream.id(), e.getMessage());
        return false;
      }
      throw e;
    } catch (SQLException e) {
      throw SqlFailures.translate("Clearing stream " + stream.id(), e);
    }
  }

  private static void clear(Session session, StreamLease lease, ReplicationStream stream)
      throws SQLException {
    session.update(RESET, stream.id().value());
    long rows = 0;
    for (String table : TABLES) {
      rows += clear(session, lease, stream, table);
    }
    if (session.one("SELECT to_regclass('powersync.v3_current_data')", r -> r.getString(1))
        != null) {
      // Created by the service for streams of storage version 3, which may have stopped too.
      rows += clear(session, lease, stream, "v3_current_data");
    }
    session.update(TERMINATE, stream.id().value());
    lease.release();
    session.inTransaction(
        transaction -> {
          Places.remove(transaction, stream);
          HeldRows.drop(transaction, stream.id());
          return null;
        });
    LOG.info("Cleared stream {}: {} rows", stream.id(), rows);
  }

  private static long clear(
      Session session, StreamLease lease, ReplicationStream stream, String table)
      throws SQLException {
    long rows = 0;
    int deleted;
    do {
      deleted = session.update(DELETE.formatted(table), stream.id().value(), BATCH_ROWS);
      rows += deleted;
      lease.refresh();
    } while (deleted == BATCH_ROWS);
    return rows;
  }
}
