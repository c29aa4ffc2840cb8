package io.convexpowersync.streams;

/**
 * A source row as it stands in one bucket.
 *
 * @param bucket full bucket name, such as {@code 7#todos|0["l1"]}
 * @param table output table name
 * @param id output row id
 * @param data the row as JSON
 * @param checksum PUT checksum: unsigned 32 bits, the first four bytes, little-endian, of the
 *     SHA-256 over {@code put.<table>.<id>.<data>}
 */
public record BucketRow(String bucket, String table, String id, RowData data, long checksum) {}
