package io.convexpowersync.storage;

import io.convexpowersync.streams.SourceKey;
import java.util.Arrays;

/** The order in which the storage holds the rows of a table: by the bytes of their keys. */
public final class RowOrder {
  private static final int ASCII_END = 0x80;

  private RowOrder() {}

  /** The id that comes last. */
  public static String max(String a, String b) {
    return compare(a, b) >= 0 ? a : b;
  }

  /** Below 0, 0, above 0, as a comparator. */
  public static int compare(String a, String b) {
    // The ids of a deployment's table: their keys differ where they differ.
    if (a.length() == b.length() && isAscii(a) && isAscii(b)) {
      return a.compareTo(b);
    }
    return Arrays.compareUnsigned(SourceKey.encode(a), SourceKey.encode(b));
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= ASCII_END) {
        return false;
      }
    }
    return true;
  }
}
