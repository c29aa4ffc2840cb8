package io.convexpowersync.storage;

import java.util.List;

/**
 * What {@link StorageVerifier} found.
 *
 * @param checkpoint what was verified
 * @param buckets buckets with operations
 * @param rows rows that clients of all buckets hold
 * @param lookups parameter lookups with results
 * @param operations operations that were read
 * @param differenceCount all differences
 * @param differences the first of them
 */
public record VerificationReport(
    Checkpoint checkpoint,
    long buckets,
    long rows,
    long lookups,
    long operations,
    long differenceCount,
    List<Difference> differences) {
  public VerificationReport {
    differences = List.copyOf(differences);
  }

  /** Whether the storage shows exactly the deployment's state. */
  public boolean isConsistent() {
    return differenceCount == 0;
  }

  /** Kinds of difference. */
  public enum Kind {
    /** Clients lack a row. */
    MISSING_ROW,
    /** Clients hold a row that should not be there. */
    EXTRA_ROW,
    /** Clients hold other data than they should. */
    WRONG_DATA,
    /** An operation's checksum is not that of its content. */
    WRONG_CHECKSUM,
    /** The bucket checksum that the service computes is not the sum of the operations. */
    WRONG_BUCKET_CHECKSUM,
    /** A parameter lookup lacks a result. */
    MISSING_LOOKUP,
    /** A parameter lookup has a result that should not be there. */
    EXTRA_LOOKUP,
    /** A parameter lookup has another result than it should. */
    WRONG_LOOKUP
  }

  /**
   * One difference.
   *
   * @param kind what differs
   * @param bucket bucket name; for lookups the key in hexadecimal
   * @param row output table and row id; for lookups source table and document id
   */
  public record Difference(Kind kind, String bucket, String row) {
    @Override
    public String toString() {
      return kind + " in " + bucket + ": " + row;
    }
  }
}
