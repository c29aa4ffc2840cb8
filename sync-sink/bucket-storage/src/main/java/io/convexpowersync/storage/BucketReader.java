package io.convexpowersync.storage;

import io.convexpowersync.streams.Checksums;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the storage as a client of the PowerSync Service would. Thread-safe. */
public final class BucketReader {
  private static final int PAGE = 1_000;

  private static final String CHECKPOINT =
      """
      SELECT id, last_checkpoint, last_checkpoint_lsn FROM powersync.sync_rules
      WHERE last_checkpoint IS NOT NULL AND length(last_checkpoint_lsn) = 19 AND\s""";

  /** Steps from bucket to bucket through the primary key, however many operations each has. */
  private static final String BUCKETS =
      """
      WITH RECURSIVE names AS (
        (SELECT bucket_name FROM powersync.bucket_data
         WHERE group_id = ? AND bucket_name > ? ORDER BY bucket_name LIMIT 1)
        UNION ALL
        SELECT (SELECT bucket_name FROM powersync.bucket_data
                WHERE group_id = ? AND bucket_name > names.bucket_name
                ORDER BY bucket_name LIMIT 1)
        FROM names WHERE names.bucket_name IS NOT NULL)
      SELECT bucket_name FROM names
      WHERE EXISTS (SELECT FROM powersync.bucket_data d
                    WHERE d.group_id = ? AND d.bucket_name = names.bucket_name AND d.op_id <= ?)
      LIMIT ?
      """;

  private static final String CHECKSUMS =
      """
      SELECT b.name, mod(d.checksum, 4294967296)::bigint, d.count
      FROM unnest(?::text[]) AS b(name)
        CROSS JOIN LATERAL (
          SELECT coalesce(sum(checksum), 0) AS checksum, count(*) AS count
          FROM powersync.bucket_data
          WHERE group_id = ? AND bucket_name = b.name AND op_id <= ?) d
      """;

  private static final String OPERATIONS =
      """
      SELECT op_id, op, table_name, row_id, source_table, source_key, checksum, data
      FROM powersync.bucket_data
      WHERE group_id = ? AND bucket_name = ? AND op_id > ? AND op_id <= ? ORDER BY op_id LIMIT ?
      """;

  private static final String PARAMETERS =
      """
      SELECT bucket_parameters FROM (
        SELECT DISTINCT ON (source_table, source_key) source_table, source_key, bucket_parameters
        FROM powersync.bucket_parameters
        WHERE group_id = ? AND lookup = ? AND id <= ?
        ORDER BY source_table, source_key, id DESC) AS newest
      WHERE bucket_parameters <> '[]' ORDER BY source_table, source_key
      """;

  private final Database database;

  BucketReader(Database database) {
    this.database = database;
  }

  /** The checkpoint that the service serves; empty before the first activation. */
  public Optional<Checkpoint> checkpoint() {
    return checkpoint("state IN ('ACTIVE', 'ERRORED') ORDER BY id DESC LIMIT 1");
  }

  /** The published checkpoint of one stream, in whatever state. */
  public Optional<Checkpoint> checkpoint(StreamId stream) {
    return checkpoint("id = ?", stream.value());
  }

  /**
   * Names of buckets that have operations at the checkpoint, in order.
   *
   * @param after only names after this one; empty for the first
   */
  public List<String> buckets(Checkpoint checkpoint, String after, int limit) {
    int group = checkpoint.stream().value();
    return database.call(
        "Reading bucket names",
        session ->
            session.query(
                BUCKETS,
                row -> row.getString(1),
                group,
                after,
                group,
                group,
                checkpoint.opId().value(),
                limit));
  }

  /** Checksums at the checkpoint; an unknown bucket has checksum 0 and count 0. */
  public Map<String, BucketChecksum> checksums(Checkpoint checkpoint, Collection<String> buckets) {
    Map<String, BucketChecksum> checksums = new TreeMap<>();
    database.call(
        "Reading bucket checksums",
        session ->
            session.query(
                CHECKSUMS,
                row ->
                    checksums.put(
                        row.getString(1),
                        new BucketChecksum(row.getString(1), (int) row.getLong(2), row.getLong(3))),
                buckets.toArray(String[]::new),
                checkpoint.stream().value(),
                checkpoint.opId().value()));
    return checksums;
  }

  /** Operations of a bucket after {@code after} and up to the checkpoint, at most {@code limit}. */
  public List<BucketOperation> operations(
      Checkpoint checkpoint, String bucket, OpId after, int limit) {
    return database.call(
        "Reading operations of a bucket",
        session ->
            session.query(
                OPERATIONS,
                BucketReader::operation,
                checkpoint.stream().value(),
                bucket,
                after.value(),
                checkpoint.opId().value(),
                limit));
  }

  /** What a client that downloads the whole bucket holds, ordered by table, row id, subkey. */
  public List<ClientRow> rows(Checkpoint checkpoint, String bucket) {
    BucketReduction reduction = new BucketReduction();
    OpId after = new OpId(0);
    List<BucketOperation> page;
    do {
      page = operations(checkpoint, bucket, after, PAGE);
      page.forEach(reduction::apply);
      after = page.isEmpty() ? after : page.get(page.size() - 1).opId();
    } while (page.size() == PAGE);
    return reduction.rows();
  }

  /**
   * Results of a parameter lookup at the checkpoint: one JSON array text per source row.
   *
   * @param lookup BSON as in {@code bucket_parameters.lookup}
   */
  public List<String> parameters(Checkpoint checkpoint, byte[] lookup) {
    return database.call(
        "Reading a parameter lookup",
        session ->
            session.query(
                PARAMETERS,
                row -> row.getString(1),
                checkpoint.stream().value(),
                lookup,
                checkpoint.opId().value()));
  }

  private Optional<Checkpoint> checkpoint(String condition, Object... parameters) {
    return database.call(
        "Reading the checkpoint",
        session -> session.first(CHECKPOINT + condition, BucketReader::checkpoint, parameters));
  }

  private static Checkpoint checkpoint(ResultSet row) throws SQLException {
    return new Checkpoint(
        new StreamId(row.getInt(1)), new OpId(row.getLong(2)), Lsn.parse(row.getString(3)));
  }

  private static BucketOperation operation(ResultSet row) throws SQLException {
    String sourceTable = row.getString(5);
    byte[] sourceKey = row.getBytes(6);
    Optional<String> subkey =
        sourceTable == null || sourceKey == null
            ? Optional.empty()
            : Optional.of(Checksums.subkey(sourceTable, RowStates.replicaId(sourceKey)));
    return new BucketOperation(
        new OpId(row.getLong(1)),
        BucketOperation.Op.valueOf(row.getString(2)),
        Optional.ofNullable(row.getString(3)),
        Optional.ofNullable(row.getString(4)),
        subkey,
        row.getLong(7),
        Optional.ofNullable(row.getString(8)));
  }
}
