package io.convexpowersync.client;

/**
 * One row of a snapshot or delta page.
 *
 * @param table its table
 * @param id its {@code _id}
 * @param commitTs commit timestamp of this revision, in nanoseconds since the Unix epoch
 * @param deleted whether this is a tombstone; then {@code json} is null
 * @param json the document as compact JSON text in the requested format, number lexemes as on the
 *     wire, without {@code _component}, {@code _table}, {@code _ts} and {@code _deleted}
 */
public record ConvexDocument(
    TableRef table, String id, long commitTs, boolean deleted, String json) {}
