package io.convexpowersync.storage;

import io.convexpowersync.streams.BucketRow;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.LookupRow;
import io.convexpowersync.streams.RowData;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the buckets of a stream hold, while a snapshot goes over it: so that rows that have not
 * changed are recognised, and not sent to clients again. {@code bucket_data} cannot be asked by
 * row.
 *
 * <ol>
 *   <li>A table in our schema maps a hash of (bucket, output table, output id, source row) to a
 *       hash of the data that its newest operation has put there. It is read from {@code
 *       bucket_data} once, in steps, when the snapshot begins.
 *   <li>What is written from then on is taken out of it in the same transaction. So what is there
 *       is true; what is not there is written again, which is never wrong.
 *   <li>The table is unlogged: after a crash of the database it is empty. Where it cannot be
 *       created for lack of privileges, everything is written again.
 * </ol>
 */
final class HeldRows {
  private static final int HASH_BYTES = 16;

  /** Cannot be in the name of a bucket, nor of a table. */
  private static final byte SEPARATOR = 1;

  private static final String EXISTS = "SELECT to_regclass(?) IS NOT NULL";

  private static final String SAME =
      """
      SELECT k.n
      FROM unnest(?::bytea[], ?::bytea[]) WITH ORDINALITY AS k(id, content, n)
        CROSS JOIN LATERAL (SELECT content FROM %s WHERE id = k.id LIMIT 1) held
      WHERE held.content = k.content
      """;

  private static final String NEWEST_PARAMETERS =
      """
      SELECT DISTINCT ON (k.n, p.lookup) k.n, p.lookup, p.bucket_parameters
      FROM unnest(?::text[], ?::bytea[]) WITH ORDINALITY AS k(source_table, source_key, n)
        CROSS JOIN LATERAL (
          SELECT id, lookup, bucket_parameters FROM powersync.bucket_parameters
          WHERE group_id = ? AND source_table = k.source_table AND source_key = k.source_key) p
      ORDER BY k.n, p.lookup, p.id DESC
      """;

  private static final String FORGET =
      """
      DELETE FROM %1$s WHERE ctid = ANY (ARRAY(
        SELECT place.ctid FROM unnest(?::bytea[]) AS k(id)
          CROSS JOIN LATERAL (SELECT ctid FROM %1$s WHERE id = k.id LIMIT 1) place))
      """;

  /** What of a row's evaluation is there already. */
  record Unchanged(Set<BucketKey> rows, Set<ByteBuffer> lookups) {
    static final Unchanged NOTHING = new Unchanged(Set.of(), Set.of());
  }

  private final Session session;
  private final int group;
  private final String table;
  private final MessageDigest digest;
  private Boolean present;

  HeldRows(Session session, StreamId stream) {
    this.session = session;
    this.group = stream.value();
    this.table = table(stream);
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java runtime lacks SHA-256", e);
    }
  }

  private static String table(StreamId stream) {
    return "convex_powersync.held_rows_" + stream;
  }

  /** Forgets a stream's, if any. */
  static void drop(Session session, StreamId stream) throws SQLException {
    session.execute("DROP TABLE IF EXISTS " + table(stream));
  }

  /** Whether there is one to be asked. */
  boolean isPresent() throws SQLException {
    if (present == null) {
      present = session.one(EXISTS, row -> row.getBoolean(1), table);
    }
    return present;
  }

  /** A transaction was rolled back: what is there has to be looked up. */
  void rolledBack() {
    present = null;
  }

  /** Ends with the snapshot. */
  void drop() throws SQLException {
    if (isPresent()) {
      session.execute("DROP TABLE " + table);
      present = false;
    }
  }

  /**
   * Reads what the buckets hold of the given source tables.
   *
   * @param transactions each step is one
   */
  void build(Collection<String> sourceTables, WriterTransactions transactions) throws SQLException {
    present = new HeldRowsBuild(session, group, table).run(sourceTables, transactions);
  }

  /** Compares what rows evaluate to with what is held. */
  Map<TrackedRow, Unchanged> unchanged(Map<TrackedRow, Evaluation> rows) throws SQLException {
    Map<TrackedRow, Unchanged> result = new HashMap<>();
    rows.keySet().forEach(row -> result.put(row, new Unchanged(new HashSet<>(), new HashSet<>())));
    compareBuckets(rows, result);
    compareLookups(rows, result);
    return result;
  }

  private void compareBuckets(Map<TrackedRow, Evaluation> rows, Map<TrackedRow, Unchanged> result)
      throws SQLException {
    List<byte[]> ids = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    List<Runnable> found = new ArrayList<>();
    rows.forEach(
        (row, evaluation) -> {
          // Of several rows in one place, the last one is seen.
          Map<BucketKey, RowData> now = new LinkedHashMap<>();
          for (BucketRow bucketRow : evaluation.buckets()) {
            now.put(
                new BucketKey(bucketRow.bucket(), bucketRow.table(), bucketRow.id()),
                bucketRow.data());
          }
          now.keySet().retainAll(row.stored().buckets());
          now.forEach(
              (key, data) -> {
                ids.add(id(row, key));
                contents.add(hash(data.utf8()));
                found.add(() -> result.get(row).rows().add(key));
              });
        });
    if (!ids.isEmpty()) {
      session.query(
          SAME.formatted(table),
          n -> {
            found.get(n.getInt(1) - 1).run();
            return null;
          },
          ids.toArray(byte[][]::new),
          contents.toArray(byte[][]::new));
    }
  }

  private void compareLookups(Map<TrackedRow, Evaluation> all, Map<TrackedRow, Unchanged> result)
      throws SQLException {
    List<TrackedRow> rows =
        all.keySet().stream().filter(row -> !all.get(row).lookups().isEmpty()).toList();
    if (rows.isEmpty()) {
      return;
    }
    session.query(
        NEWEST_PARAMETERS,
        found -> {
          TrackedRow row = rows.get(found.getInt(1) - 1);
          byte[] lookup = found.getBytes(2);
          String held = found.getString(3);
          String now = "";
          for (LookupRow candidate : all.get(row).lookups()) {
            if (Arrays.equals(candidate.lookup(), lookup)) {
              now = candidate.bucketParameters();
            }
          }
          if (now.equals(held)) {
            result.get(row).lookups().add(ByteBuffer.wrap(lookup));
          }
          return null;
        },
        rows.stream().map(row -> row.table().id()).toArray(String[]::new),
        rows.stream().map(TrackedRow::key).toArray(byte[][]::new),
        group);
  }

  /** These operations are being written. */
  void forget(List<ChangeLog.Operation> operations) throws SQLException {
    if (!operations.isEmpty() && isPresent()) {
      byte[][] ids =
          operations.stream()
              .map(operation -> id(operation.row(), operation.key()))
              .toArray(byte[][]::new);
      session.update(FORGET.formatted(table), (Object) ids);
    }
  }

  /** As {@link HeldRowsBuild} computes it. */
  private byte[] id(TrackedRow row, BucketKey key) {
    for (String text : List.of(key.bucket(), key.table(), key.id())) {
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      digest.update(SEPARATOR);
    }
    digest.update(row.table().id().getBytes(StandardCharsets.UTF_8));
    return hash(row.key());
  }

  private byte[] hash(byte[] bytes) {
    return Arrays.copyOf(digest.digest(bytes), HASH_BYTES);
  }
}
