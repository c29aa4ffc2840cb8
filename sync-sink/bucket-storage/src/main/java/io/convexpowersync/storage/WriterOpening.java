package io.convexpowersync.storage;

import io.convexpowersync.storage.StorageException.Kind;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the writer of a stream: connection, requirements, lease. */
final class WriterOpening {
  private static final Logger LOG = LoggerFactory.getLogger(WriterOpening.class);

  /**
   * Whatever a writer reads, it reads by primary key; statistics of a table that has just been
   * filled would mislead the planner. The idle limit ends a transaction of a suspended process
   * before its lease expires; the keepalives end the session of a host that is gone. Where the
   * server can, it looks for a dead client during a statement too, so that a restarted runner need
   * not wait for the rest of a long one.
   */
  static final String SETTINGS =
      """
      SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off;
      SET enable_mergejoin = off; SET jit = off;
      SET idle_in_transaction_session_timeout = '50s';
      SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
      DO $$ BEGIN
        PERFORM set_config('client_connection_check_interval', '1s', false);
      EXCEPTION WHEN OTHERS THEN NULL;
      END $$
      """;

  private WriterOpening() {}

  static StreamWriter open(Database database, StreamId id, String owner) {
    Session session = null;
    try {
      session = database.connect();
      session.execute(SETTINGS);
      StreamWriter writer = open(session, id, owner);
      LOG.info("Runner '{}' writes stream {}", owner, id);
      return writer;
    } catch (SQLException e) {
      if (session != null) {
        session.closeQuietly(e);
      }
      throw SqlFailures.translate("Opening stream " + id + " for writing", e);
    } catch (RuntimeException e) {
      if (session != null) {
        session.closeQuietly(e);
      }
      throw e;
    }
  }

  private static StreamWriter open(Session session, StreamId id, String owner) throws SQLException {
    StreamRequirements.check(find(session, id));
    StreamLease lease = StreamLease.acquire(session, find(session, id), owner);
    // Only under the lease is the row certain.
    ReplicationStream stream = find(session, id);
    StreamRequirements.check(stream);
    return new PostgresStreamWriter(session, lease, stream);
  }

  private static ReplicationStream find(Session session, StreamId id) throws SQLException {
    return StreamRows.find(session, id)
        .orElseThrow(
            () ->
                new StorageException(
                    Kind.CONFIGURATION,
                    "powersync.sync_rules has no stream " + id + ". Deploy a sync config."));
  }
}
