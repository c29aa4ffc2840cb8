package io.convexpowersync.storage;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a person wants to know about a storage, read without a lease and without holding anything.
 *
 * @param streams all streams that are not TERMINATED, oldest first
 * @param requests waiting write checkpoint requests, with regard to the stream that is served
 * @param bytes size of PowerSync's tables and their indexes
 */
public record StorageOverview(List<Stream> streams, Requests requests, long bytes) {
  /**
   * One stream.
   *
   * @param stream its row
   * @param place the stored place of its writer, as text
   * @param lease who has it; empty when nobody has
   * @param lastCheckpoint when it was last published
   * @param lastKeepalive when its writer last gave a sign of life
   * @param lastFatalError why its writer stopped, or what the stream waits for
   */
  public record Stream(
      ReplicationStream stream,
      Optional<String> place,
      Optional<Lease> lease,
      Optional<Instant> lastCheckpoint,
      Optional<Instant> lastKeepalive,
      Optional<String> lastFatalError) {}

  /**
   * The right to write a stream.
   *
   * @param owner name of the runner; empty for a replicator that is not ours
   * @param ageSeconds seconds since it was refreshed
   */
  public record Lease(Optional<String> owner, long ageSeconds) {}

  /**
   * Clients that wait for their own uploads to come back.
   *
   * @param waiting how many
   * @param lowestHead the lowest position that one of them waits for; empty when none does
   */
  public record Requests(long waiting, OptionalLong lowestHead) {}

  private static final String STREAMS =
      """
      SELECT s.id, s.last_checkpoint_ts, s.last_keepalive_ts, s.last_fatal_error, o.place,
             l.name IS NOT NULL AS leased, h.owner,
             extract(epoch FROM clock_timestamp() - l.ts)::bigint AS age
      FROM powersync.sync_rules s
        LEFT JOIN convex_powersync.streams o ON o.stream_id = s.id AND o.slot_name = s.slot_name
        LEFT JOIN powersync.locks l ON l.name = 'sync_rules_' || s.id || '_' || s.slot_name
        LEFT JOIN convex_powersync.streams h ON h.lock_id = l.lock_id
      WHERE s.state <> 'TERMINATED' ORDER BY s.id
      """;

  /** Released is what a checkpoint has reached, if it came after the request. */
  private static final String REQUESTS =
      """
      SELECT count(*), min(w.lsns->>'1')
      FROM powersync.write_checkpoints w,
        (SELECT last_checkpoint_lsn AS lsn, last_checkpoint_ts AS ts FROM powersync.sync_rules
         WHERE state IN ('ACTIVE', 'ERRORED') ORDER BY id DESC LIMIT 1) served
      WHERE w.lsns->>'1' > served.lsn COLLATE "C" OR w.checkpoint_requested_at > served.ts
      """;

  private static final String BYTES =
      """
      SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c
      WHERE c.relkind = 'r' AND c.relnamespace = to_regnamespace('powersync')
      """;

  static StorageOverview read(Database database) {
    SchemaCreation.ensureBookkeeping(database);
    return database.call(
        "Looking into the storage",
        session ->
            new StorageOverview(
                session.query(STREAMS, row -> stream(session, row)),
                session.one(REQUESTS, StorageOverview::requests),
                session.one(BYTES, row -> row.getLong(1))));
  }

  private static Stream stream(Session session, ResultSet row) throws SQLException {
    return new Stream(
        StreamRows.find(session, new StreamId(row.getInt("id"))).orElseThrow(),
        Optional.ofNullable(row.getString("place")),
        row.getBoolean("leased")
            ? Optional.of(
                new Lease(Optional.ofNullable(row.getString("owner")), row.getLong("age")))
            : Optional.empty(),
        instant(row, "last_checkpoint_ts"),
        instant(row, "last_keepalive_ts"),
        Optional.ofNullable(row.getString("last_fatal_error")));
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
  }

  private static Requests requests(ResultSet row) throws SQLException {
    String lowest = row.getString(2);
    return new Requests(
        row.getLong(1),
        lowest != null && lowest.matches("[1-9][0-9]{18}")
            ? OptionalLong.of(Long.parseLong(lowest))
            : OptionalLong.empty());
  }
}
