package io.convexpowersync.storage;

import io.convexpowersync.storage.HeldRows.Unchanged;
import io.convexpowersync.streams.BucketRow;
import io.convexpowersync.streams.Checksums;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.LookupRow;
import io.convexpowersync.streams.RowData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Turns changes of rows into operations and parameter rows, in the order that clients must see: per
 * change the PUTs in plan order, then a REMOVE for each place that the row has left, in stored
 * order; lookups likewise. Keeps each row's state. No I/O.
 */
final class ChangeLog {
  /** What the service takes for "this lookup has no result any more"; compared as text. */
  private static final String NO_PARAMETERS = "[]";

  /**
   * An operation without its number.
   *
   * @param data null for a REMOVE
   */
  record Operation(TrackedRow row, BucketKey key, long checksum, RowData data) {}

  /** A parameter row without its number. */
  record Parameter(TrackedRow row, byte[] lookup, String results) {}

  private final List<Operation> operations = new ArrayList<>();
  private final List<Parameter> parameters = new ArrayList<>();

  /** Operations and parameter rows. */
  int size() {
    return operations.size() + parameters.size();
  }

  List<Operation> operations() {
    return operations;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  void upsert(TrackedRow row, Evaluation now) {
    upsert(row, now, Unchanged.NOTHING);
  }

  /** What is unchanged is not written. */
  void upsert(TrackedRow row, Evaluation now, Unchanged unchanged) {
    RowState before = row.current() == null ? RowState.EMPTY : row.current();
    row.current(
        new RowState(
            put(row, now, before, unchanged.rows()), store(row, now, before, unchanged.lookups())));
  }

  void delete(TrackedRow row) {
    if (row.current() != null) {
      upsert(row, Evaluation.NOTHING);
      row.current(null);
    }
  }

  private List<BucketKey> put(
      TrackedRow row, Evaluation now, RowState before, Set<BucketKey> unchanged) {
    List<BucketKey> after = new ArrayList<>(now.buckets().size());
    for (BucketRow bucketRow : now.buckets()) {
      BucketKey key = new BucketKey(bucketRow.bucket(), bucketRow.table(), bucketRow.id());
      if (!unchanged.contains(key)) {
        operations.add(new Operation(row, key, bucketRow.checksum(), bucketRow.data()));
      }
      after.add(key);
    }
    Set<BucketKey> left = left(before.buckets(), after);
    if (!left.isEmpty()) {
      long checksum = Checksums.remove(row.table().id(), row.id());
      left.forEach(key -> operations.add(new Operation(row, key, checksum, null)));
    }
    return after;
  }

  private List<ByteBuffer> store(
      TrackedRow row, Evaluation now, RowState before, Set<ByteBuffer> unchanged) {
    List<ByteBuffer> after = new ArrayList<>(now.lookups().size());
    for (LookupRow lookupRow : now.lookups()) {
      ByteBuffer lookup = ByteBuffer.wrap(lookupRow.lookup());
      if (!unchanged.contains(lookup)) {
        parameters.add(new Parameter(row, lookupRow.lookup(), lookupRow.bucketParameters()));
      }
      after.add(lookup);
    }
    left(before.lookups(), after)
        .forEach(lookup -> parameters.add(new Parameter(row, lookup.array(), NO_PARAMETERS)));
    return after;
  }

  /** What was there before and is no more, in the order of before. */
  private static <T> Set<T> left(List<T> before, List<T> after) {
    if (before.isEmpty()) {
      return Set.of();
    }
    Set<T> left = new LinkedHashSet<>(before);
    after.forEach(left::remove);
    return left;
  }
}
