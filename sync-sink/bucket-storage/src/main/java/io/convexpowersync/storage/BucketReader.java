package io.convexpowersync.storage;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the storage as a client of the PowerSync Service would. Thread-safe. */
public final class BucketReader {
  BucketReader() {}

  /** The checkpoint that the service serves; empty before the first activation. */
  public Optional<Checkpoint> checkpoint() {
    throw new UnsupportedOperationException();
  }

  /** The published checkpoint of one stream, in whatever state. */
  public Optional<Checkpoint> checkpoint(StreamId stream) {
    throw new UnsupportedOperationException();
  }

  /** Names of all buckets that have operations at the checkpoint, in order, after {@code after}. */
  public List<String> buckets(Checkpoint checkpoint, String after, int limit) {
    throw new UnsupportedOperationException();
  }

  /** Checksums at the checkpoint; an unknown bucket has checksum 0 and count 0. */
  public Map<String, BucketChecksum> checksums(Checkpoint checkpoint, Collection<String> buckets) {
    throw new UnsupportedOperationException();
  }

  /** Operations of a bucket after {@code after} and up to the checkpoint, at most {@code limit}. */
  public List<BucketOperation> operations(
      Checkpoint checkpoint, String bucket, OpId after, int limit) {
    throw new UnsupportedOperationException();
  }

  /** What a client that downloads the whole bucket holds, ordered by table, row id, subkey. */
  public List<ClientRow> rows(Checkpoint checkpoint, String bucket) {
    throw new UnsupportedOperationException();
  }

  /**
   * Results of a parameter lookup at the checkpoint: one JSON array text per source row.
   *
   * @param lookup BSON as in {@code bucket_parameters.lookup}
   */
  public List<String> parameters(Checkpoint checkpoint, byte[] lookup) {
    throw new UnsupportedOperationException();
  }
}
