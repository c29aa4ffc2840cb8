package io.convexpowersync.emulator;

import java.util.Arrays;

/**
 * A document id and its text: Crockford base32 (lower case, no padding) of the table number as a
 * little-endian base-128 varint, the 16 internal bytes, and a Fletcher-16 footer.
 */
record DocumentId(int tableNumber, InternalId internal) {
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int MAX_VARINT = 5;
  private static final int FOOTER = 2;

  DocumentId {
    if (tableNumber <= 0) {
      throw new IllegalArgumentException("Table numbers start at 1, not " + tableNumber);
    }
  }

  String text() {
    byte[] bytes = new byte[MAX_VARINT + 16 + FOOTER];
    int length = 0;
    for (int rest = tableNumber; ; rest >>>= 7) {
      if (rest < 0x80) {
        bytes[length++] = (byte) rest;
        break;
      }
      bytes[length++] = (byte) (rest & 0x7f | 0x80);
    }
    System.arraycopy(internal.toBytes(), 0, bytes, length, 16);
    length += 16;
    int footer = fletcher16(bytes, length);
    bytes[length++] = (byte) footer;
    bytes[length++] = (byte) (footer >> 8);
    return base32(bytes, length);
  }

  /**
   * Reads an id.
   *
   * @throws IllegalArgumentException when it is none (alphabet, length, table number, footer)
   */
  static DocumentId parse(String text) {
    byte[] bytes = unbase32(text);
    int number = 0;
    int length = 0;
    while (true) {
      if (length == MAX_VARINT || length == bytes.length) {
        throw invalid(text, "bad table number");
      }
      byte b = bytes[length];
      number |= (b & 0x7f) << (7 * length++);
      if (b >= 0) {
        break;
      }
    }
    if (bytes.length != length + 16 + FOOTER || number <= 0) {
      throw invalid(text, "bad length or table number");
    }
    int footer = bytes[length + 16] & 0xff | (bytes[length + 17] & 0xff) << 8;
    if (footer != fletcher16(bytes, length + 16)) {
      throw invalid(text, "bad footer");
    }
    return new DocumentId(number, InternalId.of(Arrays.copyOfRange(bytes, length, length + 16)));
  }

  private static int fletcher16(byte[] bytes, int length) {
    int sum1 = 0;
    int sum2 = 0;
    for (int i = 0; i < length; i++) {
      sum1 = (sum1 + bytes[i]) & 0xff;
      sum2 = (sum2 + sum1) & 0xff;
    }
    return sum2 << 8 | sum1;
  }

  private static String base32(byte[] bytes, int length) {
    char[] text = new char[(length * 8 + 4) / 5];
    int buffer = 0;
    int bits = 0;
    int out = 0;
    for (int i = 0; i < length; i++) {
      buffer = buffer << 8 | bytes[i] & 0xff;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text[out++] = ALPHABET.charAt(buffer >> bits & 31);
      }
      buffer &= (1 << bits) - 1;
    }
    if (bits > 0) {
      text[out] = ALPHABET.charAt(buffer << 5 - bits & 31);
    }
    return new String(text);
  }

  private static byte[] unbase32(String text) {
    byte[] bytes = new byte[text.length() * 5 / 8];
    if ((bytes.length * 8 + 4) / 5 != text.length()) {
      throw invalid(text, "bad length");
    }
    int buffer = 0;
    int bits = 0;
    int out = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw invalid(text, "not base32");
      }
      buffer = buffer << 5 | digit;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes[out++] = (byte) (buffer >> bits);
      }
      buffer &= (1 << bits) - 1;
    }
    return bytes;
  }

  private static IllegalArgumentException invalid(String text, String why) {
    return new IllegalArgumentException("Not a document id (" + why + "): " + text);
  }
}
