package io.convexpowersync.storage;

import java.sql.SQLException;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fills the table of {@link HeldRows}, in steps of about half a second. */
final class HeldRowsBuild {
  private static final Logger LOG = LoggerFactory.getLogger(HeldRowsBuild.class);

  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final int FIRST_STEP = 2_000;
  private static final int LARGEST_STEP = 32_000;
  private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

  /** The operations of a bucket come in their order, so a later step overwrites an earlier one. */
  private static final String STEP =
      """
      WITH operations AS (
        SELECT bucket_name, op_id, op, source_table, source_key, table_name, row_id, data
        FROM powersync.bucket_data
        WHERE group_id = ? AND (bucket_name, op_id) > (?, ?)
        ORDER BY bucket_name, op_id LIMIT ?),
      hashed AS (
        SELECT op_id,
          substr(sha256(convert_to(bucket_name || chr(1) || table_name || chr(1) || row_id
            || chr(1) || source_table, 'UTF8') || source_key), 1, 16) AS id,
          CASE op WHEN 'PUT' THEN substr(sha256(convert_to(data, 'UTF8')), 1, 16) END AS content
        FROM operations WHERE op IN ('PUT', 'REMOVE') AND source_table = ANY (?)),
      kept AS (
        INSERT INTO %s AS held (id, content)
        SELECT DISTINCT ON (id) id, content FROM hashed ORDER BY id, op_id DESC
        ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content)
      SELECT bucket_name, op_id FROM operations ORDER BY bucket_name DESC, op_id DESC LIMIT 1
      """;

  private record Place(String bucket, long opId) {}

  private final Session session;
  private final int group;
  private final String table;
  private Place place = new Place("", 0);

  HeldRowsBuild(Session session, int group, String table) {
    this.session = session;
    this.group = group;
    this.table = table;
  }

  /**
   * Makes the table anew.
   *
   * @param sourceTables ids
   * @return false when it may not be created
   */
  boolean run(Collection<String> sourceTables, WriterTransactions transactions)
      throws SQLException {
    if (!create(transactions)) {
      return false;
    }
    String[] tables = sourceTables.toArray(String[]::new);
    int rows = FIRST_STEP;
    while (place != null) {
      int limit = rows;
      long start = System.nanoTime();
      transactions.run(() -> place = step(place, limit, tables));
      rows = next(rows, System.nanoTime() - start);
    }
    return true;
  }

  private boolean create(WriterTransactions transactions) throws SQLException {
    try {
      transactions.run(
          () -> {
            session.execute("DROP TABLE IF EXISTS " + table);
            session.execute(
                "CREATE UNLOGGED TABLE "
                    + table
                    + " (id bytea PRIMARY KEY, content bytea) WITH (autovacuum_enabled = off)");
          });
      return true;
    } catch (SQLException e) {
      if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw e;
      }
      LOG.warn(
          "Stream {}: the snapshot sends all rows to clients again, also unchanged ones, because"
              + " the database user may not create tables in the schema convex_powersync",
          group);
      return false;
    }
  }

  private Place step(Place after, int limit, String[] tables) throws SQLException {
    return session
        .first(
            STEP.formatted(table),
            row -> new Place(row.getString(1), row.getLong(2)),
            group,
            after.bucket(),
            after.opId(),
            limit,
            tables)
        .orElse(null);
  }

  private static int next(int rows, long nanos) {
    if (nanos < SHORT_NANOS) {
      return Math.min(2 * rows, LARGEST_STEP);
    }
    return nanos > LONG_NANOS ? Math.max(1, rows / 2) : rows;
  }
}
