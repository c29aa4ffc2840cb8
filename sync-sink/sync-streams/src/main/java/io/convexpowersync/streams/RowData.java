package io.convexpowersync.streams;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An output row: its JSON text, as the UTF-8 that is hashed and stored. Immutable, equal when the
 * texts are.
 */
public final class RowData {
  private final byte[] utf8;

  private RowData(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** From any text; a surrogate without its partner becomes U+FFFD. */
  public static RowData of(String json) {
    return new RowData(Utf8.encode(json));
  }

  /** From text that {@link JsonWriter} has written: it escapes surrogates without a partner. */
  static RowData written(StringBuilder json) {
    return new RowData(json.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The text's bytes; do not modify. */
  public byte[] utf8() {
    return utf8;
  }

  public String text() {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowData data && Arrays.equals(utf8, data.utf8);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(utf8);
  }

  @Override
  public String toString() {
    return text();
  }
}
