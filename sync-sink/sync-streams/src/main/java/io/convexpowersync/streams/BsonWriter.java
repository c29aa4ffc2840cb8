package io.convexpowersync.streams;

import java.util.Arrays;

/**
 * Writes the BSON that storage keys are made of: documents and arrays of strings, numbers, booleans
 * and nulls. Not thread-safe.
 */
final class BsonWriter {
  private static final byte DOUBLE = 0x01;
  private static final byte STRING = 0x02;
  private static final byte DOCUMENT = 0x03;
  private static final byte ARRAY = 0x04;
  private static final byte BOOLEAN = 0x08;
  private static final byte NULL = 0x0A;
  private static final byte INT32 = 0x10;
  private static final byte INT64 = 0x12;

  private byte[] buffer = new byte[128];
  private int size;

  /** Opens a document or the content of an array; returns the mark that {@link #end} wants. */
  int begin() {
    int mark = size;
    int32(0);
    return mark;
  }

  void end(int mark) {
    put((byte) 0);
    putInt32(mark, size - mark);
  }

  int beginArray(String name) {
    header(ARRAY, name);
    return begin();
  }

  int beginDocument(String name) {
    header(DOCUMENT, name);
    return begin();
  }

  void bool(String name, boolean value) {
    header(BOOLEAN, name);
    put((byte) (value ? 1 : 0));
  }

  void none(String name) {
    header(NULL, name);
  }

  void int32(String name, int value) {
    header(INT32, name);
    int32(value);
  }

  void string(String name, String value) {
    header(STRING, name);
    byte[] bytes = Utf8.encode(value);
    int32(bytes.length + 1);
    append(bytes);
    put((byte) 0);
  }

  void int64(String name, long value) {
    header(INT64, name);
    fixed64(value);
  }

  void real(String name, double value) {
    header(DOUBLE, name);
    fixed64(Double.doubleToRawLongBits(value));
  }

  byte[] toBytes() {
    return Arrays.copyOf(buffer, size);
  }

  private void header(byte type, String name) {
    put(type);
    append(Utf8.encode(name));
    put((byte) 0);
  }

  private void put(byte value) {
    reserve(1);
    buffer[size++] = value;
  }

  private void append(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }

  private void int32(int value) {
    reserve(Integer.BYTES);
    putInt32(size, value);
    size += Integer.BYTES;
  }

  private void putInt32(int at, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      buffer[at + i] = (byte) (value >>> (8 * i));
    }
  }

  private void fixed64(long value) {
    reserve(Long.BYTES);
    for (int i = 0; i < Long.BYTES; i++) {
      buffer[size++] = (byte) (value >>> (8 * i));
    }
  }

  private void reserve(int bytes) {
    if (size + bytes > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + bytes));
    }
  }
}
