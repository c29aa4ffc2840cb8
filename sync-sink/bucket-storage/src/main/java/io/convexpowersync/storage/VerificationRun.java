package io.convexpowersync.storage;

import io.convexpowersync.storage.VerificationReport.Kind;
import io.convexpowersync.streams.Checksums;
import io.convexpowersync.streams.RowData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Reads everything that clients may see of a stream, bucket by bucket, reduces it as they do, and
 * compares it with what is expected. One use.
 */
final class VerificationRun {
  private static final int FETCH_ROWS = 1_000;
  private static final int CHECKSUM_BUCKETS = 1_000;

  private static final long EXTRA = 1;
  private static final long OTHER_DATA = 2;

  private static final String OPERATIONS =
      """
      SELECT bucket_name, op, table_name, row_id, source_table, source_key, checksum, data
      FROM powersync.bucket_data WHERE group_id = ? AND op_id <= ? ORDER BY bucket_name, op_id
      """;

  private static final String PARAMETERS =
      """
      SELECT DISTINCT ON (lookup, source_table, source_key)
        lookup, source_table, source_key, bucket_parameters
      FROM powersync.bucket_parameters WHERE group_id = ? AND id <= ?
      ORDER BY lookup, source_table, source_key, id DESC
      """;

  private final Session session;
  private final BucketReader reader;
  private final Checkpoint checkpoint;
  private final ExpectedRows expected;
  private final Differences differences = new Differences();
  private final Fingerprint fingerprint = new Fingerprint();
  private final HashTable held = new HashTable();
  private final HashTable wrong = new HashTable();
  private final Map<String, BucketChecksum> downloaded = new HashMap<>();
  private String bucket;
  private long sum;
  private long count;
  private long buckets;
  private long rows;
  private long lookups;
  private long operations;

  VerificationRun(
      Session session, BucketReader reader, Checkpoint checkpoint, ExpectedRows expected) {
    this.session = session;
    this.reader = reader;
    this.checkpoint = checkpoint;
    this.expected = expected;
  }

  VerificationReport run() throws SQLException {
    expected.evaluate();
    int stream = checkpoint.stream().value();
    long opId = checkpoint.opId().value();
    session.stream(OPERATIONS, FETCH_ROWS, this::operation, stream, opId);
    endBucket();
    compareBucketChecksums();
    session.stream(PARAMETERS, FETCH_ROWS, this::parameter, stream, opId);
    expected.reportMissing(differences);
    return new VerificationReport(
        checkpoint, buckets, rows, lookups, operations, differences.count(), differences.kept());
  }

  private Void operation(ResultSet row) throws SQLException {
    String name = row.getString(1);
    if (!name.equals(bucket)) {
      endBucket();
      bucket = name;
    }
    operations++;
    count++;
    sum += row.getLong(7);
    switch (BucketOperation.Op.valueOf(row.getString(2))) {
      case PUT -> put(row);
      case REMOVE -> remove(row);
      case CLEAR -> held.clear();
      case MOVE -> {
        // Superseded by a later operation of the bucket.
      }
    }
    return null;
  }

  private void put(ResultSet row) throws SQLException {
    String table = row.getString(3);
    String rowId = row.getString(4);
    String data = row.getString(8);
    if (Checksums.put(table, rowId, RowData.of(data)) != row.getLong(7)) {
      differences.add(Kind.WRONG_CHECKSUM, bucket, table + "/" + rowId);
    }
    held.put(clientKey(row), fingerprint.text(data));
  }

  private void remove(ResultSet row) throws SQLException {
    long checksum = Checksums.remove(row.getString(5), RowStates.replicaId(row.getBytes(6)));
    if (checksum != row.getLong(7)) {
      differences.add(Kind.WRONG_CHECKSUM, bucket, row.getString(3) + "/" + row.getString(4));
    }
    held.remove(clientKey(row));
  }

  private long clientKey(ResultSet row) throws SQLException {
    String subkey = Checksums.subkey(row.getString(5), RowStates.replicaId(row.getBytes(6)));
    return fingerprint.row(bucket, row.getString(3), row.getString(4), subkey);
  }

  private void endBucket() {
    if (bucket == null) {
      return;
    }
    buckets++;
    held.forEachKey(this::compareRow);
    if (!wrong.isEmpty()) {
      nameDifferences();
      wrong.clear();
    }
    downloaded.put(bucket, new BucketChecksum(bucket, (int) sum, count));
    if (downloaded.size() == CHECKSUM_BUCKETS) {
      compareBucketChecksums();
    }
    held.clear();
    sum = 0;
    count = 0;
  }

  private void compareRow(long key) {
    rows++;
    long wanted = expected.rows().get(key);
    if (wanted != held.get(key)) {
      wrong.put(key, wanted == 0 ? EXTRA : OTHER_DATA);
    }
    expected.rows().remove(key);
  }

  /** Downloads the bucket once more, with names. */
  private void nameDifferences() {
    for (ClientRow row : reader.rows(checkpoint, bucket)) {
      long how = wrong.get(fingerprint.row(bucket, row.table(), row.rowId(), row.subkey()));
      if (how != 0) {
        differences.add(
            how == EXTRA ? Kind.EXTRA_ROW : Kind.WRONG_DATA,
            bucket,
            row.table() + "/" + row.rowId());
      }
    }
  }

  private void compareBucketChecksums() {
    Map<String, BucketChecksum> served = reader.checksums(checkpoint, downloaded.keySet());
    downloaded.forEach(
        (name, checksum) -> {
          if (!checksum.equals(served.get(name))) {
            differences.add(Kind.WRONG_BUCKET_CHECKSUM, name, served.get(name).toString());
          }
        });
    downloaded.clear();
  }

  private Void parameter(ResultSet row) throws SQLException {
    String results = row.getString(4);
    if (results.equals("[]")) {
      return null;
    }
    lookups++;
    byte[] lookup = row.getBytes(1);
    byte[] sourceKey = row.getBytes(3);
    long key = fingerprint.lookup(lookup, row.getString(2), sourceKey);
    long wanted = expected.lookups().get(key);
    if (wanted != fingerprint.text(results)) {
      differences.add(
          wanted == 0 ? Kind.EXTRA_LOOKUP : Kind.WRONG_LOOKUP,
          HexFormat.of().formatHex(lookup),
          row.getString(2) + "/" + RowStates.replicaId(sourceKey));
    }
    expected.lookups().remove(key);
    return null;
  }
}
