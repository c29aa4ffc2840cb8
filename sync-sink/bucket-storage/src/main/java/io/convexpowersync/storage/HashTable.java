package io.convexpowersync.storage;

import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * A map from 64-bit hashes to 64-bit hashes in two arrays: 16 bytes per place, so that millions of
 * rows can be compared in little memory. The value 0 means absent. Not thread-safe.
 */
final class HashTable {
  private static final int SMALLEST = 64;
  private static final int KEPT = 1_024;
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private long[] keys = new long[SMALLEST];
  private long[] values = new long[SMALLEST];
  private int used;
  private int present;

  boolean isEmpty() {
    return present == 0;
  }

  /** 0 if absent. */
  long get(long key) {
    int place = place(nonZero(key));
    return keys[place] == 0 ? 0 : values[place];
  }

  void put(long key, long value) {
    set(key, nonZero(value));
  }

  void remove(long key) {
    if (get(key) != 0) {
      set(key, 0);
    }
  }

  /** Empties the table; gives the memory of a large one back. */
  void clear() {
    if (keys.length > KEPT) {
      keys = new long[SMALLEST];
      values = new long[SMALLEST];
    } else {
      Arrays.fill(keys, 0);
      Arrays.fill(values, 0);
    }
    used = 0;
    present = 0;
  }

  void forEachKey(LongConsumer consumer) {
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] != 0 && values[i] != 0) {
        consumer.accept(keys[i]);
      }
    }
  }

  private void set(long key, long value) {
    long stored = nonZero(key);
    int place = place(stored);
    if (keys[place] == 0) {
      keys[place] = stored;
      used++;
    }
    present += (value == 0 ? 0 : 1) - (values[place] == 0 ? 0 : 1);
    values[place] = value;
    if (used * 3L > keys.length * 2L) {
      grow();
    }
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = new long[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int place = place(oldKeys[i]);
        keys[place] = oldKeys[i];
        values[place] = oldValues[i];
      }
    }
  }

  private int place(long key) {
    int mask = keys.length - 1;
    int place = (int) ((key * GOLDEN_RATIO) >>> 32) & mask;
    while (keys[place] != 0 && keys[place] != key) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private static long nonZero(long hash) {
    return hash == 0 ? 1 : hash;
  }
}
