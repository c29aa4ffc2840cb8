package io.convexpowersync.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Remembers the bytes that went through it, so that a parser's offsets can be turned back into the
 * text that it parsed. Holds what lies behind the last {@link #forget} and nothing else. Not
 * thread-safe.
 */
final class RecordingStream extends InputStream {
  private final InputStream in;
  private byte[] buffer = new byte[32 * 1024];

  /** Offset in the stream of {@code buffer[0]}. */
  private long base;

  /** What is remembered: {@code buffer[start..length)}. */
  private int start;

  private int length;

  RecordingStream(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int size) throws IOException {
    int read = in.read(target, offset, size);
    if (read > 0) {
      makeRoom(read);
      System.arraycopy(target, offset, buffer, length, read);
      length += read;
    }
    return read;
  }

  private void makeRoom(int size) {
    if (length + size <= buffer.length) {
      return;
    }
    int kept = length - start;
    byte[] roomy =
        kept + size <= buffer.length / 2 ? buffer : Arrays.copyOf(buffer, 2 * (kept + size));
    System.arraycopy(buffer, start, roomy, 0, kept);
    buffer = roomy;
    base += start;
    start = 0;
    length = kept;
  }

  /** Drops the bytes before an offset of the stream. */
  void forget(long before) {
    start = (int) (before - base);
  }

  /** Bytes of memory that it occupies. */
  int capacity() {
    return buffer.length;
  }

  /**
   * Appends the bytes {@code [from, to)} of the stream, which are JSON text that begins and ends
   * outside a string, without the white space between tokens.
   */
  void copyCompact(long from, long to, JsonText target) {
    target.appendCompact(buffer, (int) (from - base), (int) (to - base));
  }
}
