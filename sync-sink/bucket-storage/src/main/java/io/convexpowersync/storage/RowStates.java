package io.convexpowersync.storage;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of {@code current_data} of one stream.
 *
 * <p>A key above the highest one that a table has ever had cannot be there, so it is not looked up.
 * The highest key is read from the primary key's index when a table is first touched, and tracked
 * from then on; only the holder of the lease writes, so it is exact. A snapshot, which comes in
 * ascending order, is therefore written without look-ups, also when it is resumed.
 *
 * <p>Rows are found one by one in the primary key's index: the {@code LIMIT} in the lateral queries
 * keeps the planner from turning them into joins, for which the statistics of a stream that has
 * just been filled mislead it (a batch took a minute then).
 */
final class RowStates {
  private static final int LOOKUP_ROWS = 5_000;
  private static final byte[] EMPTY_DOCUMENT = {5, 0, 0, 0, 0};
  static final byte[] BEFORE_ALL = {};

  static final String LOOKUP =
      """
      SELECT k.n, c.buckets::text, c.lookups
      FROM unnest(?::text[], ?::bytea[]) WITH ORDINALITY AS k(source_table, source_key, n)
        CROSS JOIN LATERAL (
          SELECT buckets, lookups FROM powersync.current_data
          WHERE group_id = ? AND source_table = k.source_table AND source_key = k.source_key
          LIMIT 1) c
      """;

  private static final String HIGHEST =
      """
      SELECT source_key FROM powersync.current_data
      WHERE group_id = ? AND source_table = ? ORDER BY source_key DESC LIMIT 1
      """;

  private static final String BETWEEN =
      """
      SELECT source_key, buckets::text, lookups FROM powersync.current_data
      WHERE group_id = ? AND source_table = ? AND source_key > ? %s ORDER BY source_key LIMIT ?
      """;

  private static final String BEHIND = BETWEEN.formatted("");
  private static final String UP_TO = BETWEEN.formatted("AND source_key <= ?");

  private static final String INSERT =
      """
      COPY powersync.current_data (group_id, source_table, source_key, buckets, data, lookups)
      FROM STDIN (FORMAT binary)
      """;

  static final String UPDATE =
      """
      UPDATE powersync.current_data c
      SET buckets = k.buckets::jsonb, lookups = k.lookups::bytea[]
      FROM unnest(?::text[], ?::bytea[], ?::text[], ?::text[])
          AS k(source_table, source_key, buckets, lookups)
        CROSS JOIN LATERAL (
          SELECT ctid FROM powersync.current_data
          WHERE group_id = ? AND source_table = k.source_table AND source_key = k.source_key
          LIMIT 1) place
      WHERE c.ctid = place.ctid
      """;

  static final String DELETE =
      """
      DELETE FROM powersync.current_data WHERE ctid = ANY (ARRAY(
        SELECT place.ctid
        FROM unnest(?::text[], ?::bytea[]) AS k(source_table, source_key)
          CROSS JOIN LATERAL (
            SELECT ctid FROM powersync.current_data
            WHERE group_id = ? AND source_table = k.source_table AND source_key = k.source_key
            LIMIT 1) place))
      """;

  private final Session session;
  private final int group;
  private final Map<SourceTable, byte[]> highest = new HashMap<>();

  RowStates(Session session, StreamId stream) {
    this.session = session;
    this.group = stream.value();
  }

  /** Reads the stored state of the rows, and remembers their keys as possibly stored. */
  void load(Collection<TrackedRow> rows) throws SQLException {
    List<TrackedRow> candidates = new ArrayList<>();
    Map<SourceTable, byte[]> raised = new HashMap<>();
    for (TrackedRow row : rows) {
      byte[] limit = highest(row.table());
      if (Arrays.compareUnsigned(row.key(), limit) <= 0) {
        if (!row.isKnown()) {
          candidates.add(row);
        }
      } else {
        raised.merge(row.table(), row.key(), RowStates::max);
      }
    }
    highest.putAll(raised);
    for (int from = 0; from < candidates.size(); from += LOOKUP_ROWS) {
      lookUp(candidates.subList(from, Math.min(from + LOOKUP_ROWS, candidates.size())));
    }
  }

  /** Whether the table can have rows with keys above this one. */
  boolean hasAbove(SourceTable table, byte[] key) throws SQLException {
    return Arrays.compareUnsigned(highest(table), key) > 0;
  }

  /**
   * The stored states of a table's first rows with keys above one and up to another, by key.
   *
   * @param upTo null for all
   */
  List<TrackedRow> between(SourceTable table, byte[] after, byte[] upTo, int limit)
      throws SQLException {
    Session.RowReader<TrackedRow> reader =
        row -> {
          TrackedRow tracked = new TrackedRow(table, replicaId(row.getBytes(1)));
          tracked.stored(state(row, 2));
          return tracked;
        };
    return upTo == null
        ? session.query(BEHIND, reader, group, table.id(), after, limit)
        : session.query(UP_TO, reader, group, table.id(), after, upTo, limit);
  }

  /** Writes what has changed. */
  void save(Collection<TrackedRow> rows) throws SQLException {
    List<TrackedRow> added = new ArrayList<>();
    List<TrackedRow> changed = new ArrayList<>();
    List<TrackedRow> gone = new ArrayList<>();
    for (TrackedRow row : rows) {
      if (row.current() == null) {
        if (row.stored() != null) {
          gone.add(row);
        }
      } else if (row.stored() == null) {
        added.add(row);
      } else if (!row.current().equals(row.stored())) {
        changed.add(row);
      }
    }
    insert(added);
    update(changed);
    delete(gone);
  }

  private void lookUp(List<TrackedRow> rows) throws SQLException {
    session.query(
        LOOKUP,
        row -> {
          rows.get(row.getInt(1) - 1).stored(state(row, 2));
          return null;
        },
        tables(rows),
        keys(rows),
        group);
  }

  private byte[] highest(SourceTable table) throws SQLException {
    byte[] known = highest.get(table);
    if (known == null) {
      known = session.first(HIGHEST, row -> row.getBytes(1), group, table.id()).orElse(BEFORE_ALL);
      highest.put(table, known);
    }
    return known;
  }

  private void insert(List<TrackedRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (BinaryCopy copy = new BinaryCopy(session.copyIn(INSERT))) {
      for (TrackedRow row : rows) {
        copy.row(6);
        copy.int4(group);
        copy.text(row.table().id());
        copy.bytes(row.key());
        copy.jsonb(RowStateCodec.encodeBuckets(row.current().buckets()));
        copy.bytes(EMPTY_DOCUMENT);
        copy.byteaArray(row.current().lookups());
      }
      copy.end();
    }
  }

  private void update(List<TrackedRow> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    String[] buckets = new String[rows.size()];
    String[] lookups = new String[rows.size()];
    for (int i = 0; i < buckets.length; i++) {
      RowState state = rows.get(i).current();
      buckets[i] = new String(RowStateCodec.encodeBuckets(state.buckets()), StandardCharsets.UTF_8);
      lookups[i] = RowStateCodec.lookupsLiteral(state.lookups());
    }
    session.update(UPDATE, tables(rows), keys(rows), buckets, lookups, group);
  }

  private void delete(List<TrackedRow> rows) throws SQLException {
    if (!rows.isEmpty()) {
      session.update(DELETE, tables(rows), keys(rows), group);
    }
  }

  private static RowState state(ResultSet row, int column) throws SQLException {
    return new RowState(
        RowStateCodec.decodeBuckets(row.getString(column)),
        RowStateCodec.decodeLookups((Object[]) row.getArray(column + 1).getArray()));
  }

  private static String[] tables(List<TrackedRow> rows) {
    return rows.stream().map(row -> row.table().id()).toArray(String[]::new);
  }

  private static byte[][] keys(List<TrackedRow> rows) {
    return rows.stream().map(TrackedRow::key).toArray(byte[][]::new);
  }

  private static byte[] max(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, b) >= 0 ? a : b;
  }

  /** The inverse of {@code SourceKey.encode}: BSON with one string of which the length is known. */
  static String replicaId(byte[] key) {
    int prefix = Integer.BYTES + 1 + 3 + Integer.BYTES;
    return new String(key, prefix, key.length - prefix - 2, StandardCharsets.UTF_8);
  }
}
