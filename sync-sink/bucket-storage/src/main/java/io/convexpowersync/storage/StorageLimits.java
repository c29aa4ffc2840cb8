package io.convexpowersync.storage;

import io.convexpowersync.streams.BucketRow;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.LookupRow;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What PostgreSQL cannot hold: a row id with U+0000 or half a surrogate pair, and bucket names and
 * lookups beyond the size limit of an index entry. A source that produces such a thing for a row
 * counts as failed for that row: it produces nothing, and the others go on.
 */
final class StorageLimits {
  private static final Logger LOG = LoggerFactory.getLogger(StorageLimits.class);

  /**
   * Index entries hold 2704 bytes, other columns included. Longer keys may fit, because PostgreSQL
   * compresses them; then only it can tell.
   */
  private static final int SAFE_KEY_BYTES = 2_600;

  private static final String LIMIT_EXCEEDED = "54000";

  private static final String TRY_BUCKET =
      """
      INSERT INTO powersync.bucket_data (group_id, bucket_name, op_id, op, checksum)
      VALUES (?, ?, 0, 'CLEAR', 0)
      """;

  private static final String TRY_LOOKUP =
      """
      INSERT INTO powersync.bucket_parameters
        (group_id, lookup, id, source_table, source_key, bucket_parameters)
      VALUES (?, ?, 0, '', '', '[]')
      """;

  private final Session session;
  private final StreamId stream;
  private final Set<String> reported = new HashSet<>();
  private long rejected;

  StorageLimits(Session session, StreamId stream) {
    this.session = session;
    this.stream = stream;
  }

  /** How often a source failed for a row. */
  long rejected() {
    return rejected;
  }

  /** What can be stored of an evaluation. Must be called inside a transaction. */
  Evaluation storable(String table, String id, Evaluation evaluation) throws SQLException {
    Set<String> failed = new HashSet<>();
    for (BucketRow row : evaluation.buckets()) {
      if (!isStorableText(row.id())) {
        failed.add(fail(bucketSource(row), table, id, "its row id holds U+0000"));
      } else if (!fits(row.bucket())) {
        failed.add(fail(bucketSource(row), table, id, "its bucket name is too long"));
      }
    }
    for (LookupRow row : evaluation.lookups()) {
      if (!fits(row.lookup())) {
        failed.add(fail(lookupSource(row), table, id, "its lookup key is too long"));
      }
    }
    return failed.isEmpty() ? evaluation : without(evaluation, failed);
  }

  private String fail(String source, String table, String id, String reason) {
    rejected++;
    if (reported.add(source)) {
      LOG.warn(
          "Stream {}: {} produces nothing for document {} of table {}, because {}."
              + " Reported once per source",
          stream,
          source,
          id,
          table,
          reason);
    }
    return source;
  }

  private static Evaluation without(Evaluation evaluation, Set<String> failed) {
    List<BucketRow> buckets =
        evaluation.buckets().stream().filter(row -> !failed.contains(bucketSource(row))).toList();
    List<LookupRow> lookups =
        evaluation.lookups().stream().filter(row -> !failed.contains(lookupSource(row))).toList();
    return new Evaluation(buckets, lookups, evaluation.errors());
  }

  private boolean fits(String bucket) throws SQLException {
    if (bucket.length() * 3 <= SAFE_KEY_BYTES
        || bucket.getBytes(StandardCharsets.UTF_8).length <= SAFE_KEY_BYTES) {
      return true;
    }
    return accepts(TRY_BUCKET, bucket);
  }

  private boolean fits(byte[] lookup) throws SQLException {
    return lookup.length <= SAFE_KEY_BYTES || accepts(TRY_LOOKUP, lookup);
  }

  /** Whether the index takes the key; leaves no row behind. */
  private boolean accepts(String insert, Object key) throws SQLException {
    session.execute("SAVEPOINT key_size");
    try {
      session.update(insert, stream.value(), key);
      return true;
    } catch (SQLException e) {
      if (LIMIT_EXCEEDED.equals(e.getSQLState())) {
        return false;
      }
      throw e;
    } finally {
      session.execute("ROLLBACK TO SAVEPOINT key_size");
    }
  }

  private static boolean isStorableText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /** The bucket's unique name: what is between the stream's prefix and the parameter values. */
  private static String bucketSource(BucketRow row) {
    String bucket = row.bucket();
    return "bucket " + bucket.substring(bucket.indexOf('#') + 1, bucket.indexOf('['));
  }

  /** The query id: second element of the BSON array that is the document's only field. */
  private static String lookupSource(LookupRow row) {
    ByteBuffer bson = ByteBuffer.wrap(row.lookup()).order(ByteOrder.LITTLE_ENDIAN);
    int elementHeader = 3;
    int nameLength = 2 * (Integer.BYTES + elementHeader);
    int id = nameLength + Integer.BYTES + bson.getInt(nameLength) + elementHeader;
    return "lookup "
        + new String(row.lookup(), id + Integer.BYTES, bson.getInt(id) - 1, StandardCharsets.UTF_8);
  }
}
