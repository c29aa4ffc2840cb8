package io.convexpowersync.storage;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The rows of {@code source_tables} of one stream: identities of the source tables, as the
 * service's Convex replicator writes them, so that either can continue where the other stopped.
 *
 * <p>What a transaction creates counts from its commit on.
 */
final class SourceTables {
  private static final String SCHEMA = "convex";

  private static final String LOAD =
      """
      SELECT DISTINCT ON (table_name) table_name, id FROM powersync.source_tables
      WHERE group_id = ? AND schema_name = ? ORDER BY table_name, id
      """;

  private static final String INSERT =
      """
      INSERT INTO powersync.source_tables
        (id, group_id, connection_id, relation_id, schema_name, table_name, replica_id_columns,
         snapshot_done)
      VALUES (?, ?, 1, jsonb_build_object('object_id', ?::text), ?, ?, '[{"name": "_id"}]', ?)
      """;

  private static final String PROGRESS =
      """
      UPDATE powersync.source_tables
      SET snapshot_done = false, snapshot_total_estimated_count = -1,
          snapshot_replicated_count = ?, snapshot_last_key = NULL
      WHERE id = ?
      """;

  private static final String DONE =
      """
      UPDATE powersync.source_tables
      SET snapshot_done = true, snapshot_total_estimated_count = NULL,
          snapshot_replicated_count = NULL, snapshot_last_key = NULL
      WHERE\s""";

  private final Session session;
  private final StreamId stream;
  private final Map<String, SourceTable> known = new HashMap<>();
  private final Map<String, SourceTable> created = new HashMap<>();

  private SourceTables(Session session, StreamId stream) {
    this.session = session;
    this.stream = stream;
  }

  static SourceTables load(Session session, StreamId stream) throws SQLException {
    SourceTables tables = new SourceTables(session, stream);
    session.query(
        LOAD,
        row -> tables.known.put(row.getString(1), new SourceTable(row.getString(2))),
        stream.value(),
        SCHEMA);
    return tables;
  }

  Optional<SourceTable> find(String table) {
    return Optional.ofNullable(known.getOrDefault(table, created.get(table)));
  }

  /**
   * The table's row, created if needed.
   *
   * @param snapshotDone for a new row: whether there is nothing to snapshot
   */
  SourceTable require(String table, boolean snapshotDone) throws SQLException {
    Optional<SourceTable> existing = find(table);
    if (existing.isPresent()) {
      return existing.get();
    }
    SourceTable made = new SourceTable(UUID.randomUUID().toString());
    session.update(INSERT, made.id(), stream.value(), table, SCHEMA, table, snapshotDone);
    created.put(table, made);
    return made;
  }

  void progress(SourceTable table, long rows) {
    session.updateLater(PROGRESS, (int) Math.min(rows, Integer.MAX_VALUE), table.id());
  }

  void done(SourceTable table) {
    session.updateLater(DONE + "id = ?", table.id());
  }

  void allDone() {
    session.updateLater(DONE + "group_id = ? AND NOT snapshot_done", stream.value());
  }

  /** The transaction was committed. */
  void keep() {
    known.putAll(created);
    created.clear();
  }

  /** The transaction was rolled back. */
  void forget() {
    created.clear();
  }
}
