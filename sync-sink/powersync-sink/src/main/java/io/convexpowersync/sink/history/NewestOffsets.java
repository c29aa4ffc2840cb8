package io.convexpowersync.sink.history;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The newest offset of each record key in the last part of a log, in bounded memory, as Kafka's log
 * cleaner keeps it: keys are known by their 128-bit digests. When it is full, further keys are not
 * taken. Not thread-safe.
 */
final class NewestOffsets {
  private final long base;
  private final long[] digests;
  private final int[] offsets;
  private final int mask;
  private final int limit;
  private final MessageDigest digest;
  private int size;

  /**
   * @param base the lowest offset that is added
   * @param bits logarithm of the number of slots, of 20 bytes each
   */
  NewestOffsets(long base, int bits) {
    int slots = 1 << bits;
    this.base = base;
    this.digests = new long[2 * slots];
    this.offsets = new int[slots];
    this.mask = slots - 1;
    this.limit = slots / 4 * 3;
    try {
      this.digest = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has MD5", e);
    }
  }

  /** Takes the next record. Offsets increase. */
  void add(byte[] key, long offset) {
    ByteBuffer hash = ByteBuffer.wrap(digest.digest(key));
    long high = hash.getLong();
    long low = hash.getLong();
    int slot = slot(high, low);
    if (isFree(slot)) {
      if (size == limit) {
        return;
      }
      size++;
      digests[2 * slot] = high;
      digests[2 * slot + 1] = low;
    }
    // Zero is a free slot.
    offsets[slot] = Math.toIntExact(offset - base) + 1;
  }

  /** Whether a newer record with this key was added. */
  boolean isSuperseded(byte[] key, long offset) {
    ByteBuffer hash = ByteBuffer.wrap(digest.digest(key));
    int slot = slot(hash.getLong(), hash.getLong());
    return !isFree(slot) && base + offsets[slot] - 1 > offset;
  }

  private int slot(long high, long low) {
    int slot = (int) high & mask;
    while (!isFree(slot) && (digests[2 * slot] != high || digests[2 * slot + 1] != low)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private boolean isFree(int slot) {
    return offsets[slot] == 0;
  }
}
