package io.convexpowersync.storage;

import java.util.Optional;

/**
 * One operation of a bucket, as the service sends it.
 *
 * @param opId its number
 * @param op what it does
 * @param table output table; empty for MOVE and CLEAR
 * @param rowId output row id; empty for MOVE and CLEAR
 * @param subkey identity of the source row, derived by the service; empty for MOVE and CLEAR
 * @param checksum unsigned 32 bits for PUT and REMOVE; a signed sum for CLEAR
 * @param data row as JSON text; only for PUT
 */
public record BucketOperation(
    OpId opId,
    Op op,
    Optional<String> table,
    Optional<String> rowId,
    Optional<String> subkey,
    long checksum,
    Optional<String> data) {
  /** Kinds of operation. */
  public enum Op {
    PUT,
    REMOVE,
    MOVE,
    CLEAR
  }
}
