package io.convexpowersync.storage;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Where a source row is now: what must be removed when it changes or goes.
 *
 * @param buckets in plan order, with repetitions
 * @param lookups in plan order; each buffer is a whole array
 */
record RowState(List<BucketKey> buckets, List<ByteBuffer> lookups) {
  static final RowState EMPTY = new RowState(List.of(), List.of());
}
