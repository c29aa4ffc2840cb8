package io.convexpowersync.source.stream;

import java.util.OptionalLong;

/**
 * Convex's internal number of a table, which stands at the beginning of the ids of its documents:
 * Crockford's base32 of a little-endian base-128 integer, 16 bytes of the document, and a checksum.
 */
final class TableNumber {
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int SHORTEST_ID = 31;
  private static final int LONGEST_ID = 37;
  private static final int MOST_BYTES = 5;

  /** The number; empty when the text is not the id of a document. */
  static OptionalLong of(String id) {
    if (id.length() < SHORTEST_ID || id.length() > LONGEST_ID) {
      return OptionalLong.empty();
    }
    long number = 0;
    int next = 0;
    int buffer = 0;
    int bits = 0;
    for (int i = 0; i < MOST_BYTES; i++) {
      while (bits < 8) {
        int digit = ALPHABET.indexOf(id.charAt(next++));
        if (digit < 0) {
          return OptionalLong.empty();
        }
        buffer = (buffer << 5 | digit) & 0xffff;
        bits += 5;
      }
      bits -= 8;
      int b = buffer >> bits & 0xff;
      number |= (long) (b & 0x7f) << (7 * i);
      if (b < 0x80) {
        return OptionalLong.of(number);
      }
    }
    return OptionalLong.empty();
  }

  private TableNumber() {}
}
