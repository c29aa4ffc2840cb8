package io.convexpowersync.emulator;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing byte array for JSON in UTF-8. Not thread-safe. */
final class ByteBuf {
  private static final int SLICE = 1 << 16;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private byte[] bytes;
  private int size;

  ByteBuf(int capacity) {
    bytes = new byte[capacity];
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Writes some bytes, in slices: the HTTP server copies each write to a buffer of its own. */
  void writeTo(OutputStream out, int start, int length) throws IOException {
    for (int from = start; from < start + length; from += SLICE) {
      out.write(bytes, from, Math.min(SLICE, start + length - from));
    }
  }

  @Override
  public String toString() {
    return new String(bytes, 0, size, StandardCharsets.UTF_8);
  }

  ByteBuf append(char ascii) {
    ensure(1);
    bytes[size++] = (byte) ascii;
    return this;
  }

  ByteBuf append(byte[] source) {
    return append(source, 0, source.length);
  }

  ByteBuf append(byte[] source, int from, int length) {
    ensure(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
    return this;
  }

  /** Appends text that is known to be ASCII and to need no escape. */
  ByteBuf ascii(String text) {
    int length = text.length();
    ensure(length);
    for (int i = 0; i < length; i++) {
      bytes[size + i] = (byte) text.charAt(i);
    }
    size += length;
    return this;
  }

  /** Appends any text as it is. */
  ByteBuf utf8(String text) {
    return append(text.getBytes(StandardCharsets.UTF_8));
  }

  ByteBuf number(long value) {
    return ascii(Long.toString(value));
  }

  /**
   * Appends a JSON string the way serde_json does: short escapes where there are any, {@code
   * \\u00xx} for the other control characters, everything else as it is.
   */
  ByteBuf string(String text) {
    int length = text.length();
    ensure(length + 2);
    bytes[size++] = '"';
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        rest(text, i);
        break;
      }
      if (c < 0x20 || c == '"' || c == '\\') {
        escape(c);
      } else {
        ensure(length - i + 1);
        bytes[size++] = (byte) c;
      }
    }
    return append('"');
  }

  private void rest(String text, int from) {
    for (byte b : text.substring(from).getBytes(StandardCharsets.UTF_8)) {
      if (b >= 0 && b < 0x20 || b == '"' || b == '\\') {
        escape((char) b);
      } else {
        ensure(1);
        bytes[size++] = b;
      }
    }
  }

  private void escape(char c) {
    switch (c) {
      case '"' -> ascii("\\\"");
      case '\\' -> ascii("\\\\");
      case '\b' -> ascii("\\b");
      case '\f' -> ascii("\\f");
      case '\n' -> ascii("\\n");
      case '\r' -> ascii("\\r");
      case '\t' -> ascii("\\t");
      default -> ascii("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
    }
  }

  private void ensure(int more) {
    int needed = size + more;
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
    }
  }
}
