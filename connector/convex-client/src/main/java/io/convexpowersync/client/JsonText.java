package io.convexpowersync.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds JSON text from pieces of UTF-8. Reused from document to document. */
final class JsonText {
  private byte[] bytes = new byte[4096];
  private int length;

  void clear() {
    length = 0;
  }

  void append(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
  }

  /** Removes the last character if it is this one. */
  void dropLast(char ascii) {
    if (length > 0 && bytes[length - 1] == ascii) {
      length--;
    }
  }

  /** Appends valid JSON that begins and ends outside a string, without space between tokens. */
  void appendCompact(byte[] source, int from, int to) {
    int copied = from;
    boolean inString = false;
    for (int i = from; i < to; i++) {
      byte b = source[i];
      if (b == '"') {
        inString = !inString;
      } else if (inString) {
        if (b == '\\') {
          i++;
        }
      } else if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
        append(source, copied, i);
        copied = i + 1;
      }
    }
    append(source, copied, to);
  }

  private void append(byte[] source, int from, int to) {
    reserve(to - from);
    System.arraycopy(source, from, bytes, length, to - from);
    length += to - from;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
