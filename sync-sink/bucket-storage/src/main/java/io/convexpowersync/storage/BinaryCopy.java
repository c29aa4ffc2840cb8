package io.convexpowersync.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Collection;
import org.postgresql.copy.CopyIn;

/**
 * Writes rows with {@code COPY ... FROM STDIN (FORMAT binary)}: each row is {@link #row} followed
 * by its fields. Memory is bounded by the largest field. Format: PostgreSQL manual, COPY, "Binary
 * Format".
 */
final class BinaryCopy implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;
  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0
  };
  private static final int NULL = -1;
  private static final int BYTEA_OID = 17;
  private static final byte JSONB_VERSION = 1;

  private final CopyIn copy;
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);

  BinaryCopy(CopyIn copy) throws SQLException {
    this.copy = copy;
    chunk.put(SIGNATURE).putInt(0).putInt(0);
  }

  void row(int fields) throws SQLException {
    space(Short.BYTES).putShort((short) fields);
  }

  void int4(int value) throws SQLException {
    space(2 * Integer.BYTES).putInt(Integer.BYTES).putInt(value);
  }

  void int8(long value) throws SQLException {
    space(Integer.BYTES + Long.BYTES).putInt(Long.BYTES).putLong(value);
  }

  void text(String value) throws SQLException {
    bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  void nullField() throws SQLException {
    space(Integer.BYTES).putInt(NULL);
  }

  void bytes(byte[] value) throws SQLException {
    space(Integer.BYTES).putInt(value.length);
    raw(value);
  }

  void jsonb(byte[] json) throws SQLException {
    space(Integer.BYTES + 1).putInt(json.length + 1).put(JSONB_VERSION);
    raw(json);
  }

  void byteaArray(Collection<ByteBuffer> elements) throws SQLException {
    int header = 3 * Integer.BYTES;
    if (elements.isEmpty()) {
      space(Integer.BYTES + header).putInt(header).putInt(0).putInt(0).putInt(BYTEA_OID);
      return;
    }
    int size = header + 2 * Integer.BYTES;
    for (ByteBuffer element : elements) {
      size += Integer.BYTES + element.remaining();
    }
    space(Integer.BYTES + header).putInt(size).putInt(1).putInt(0).putInt(BYTEA_OID);
    space(2 * Integer.BYTES).putInt(elements.size()).putInt(1);
    for (ByteBuffer element : elements) {
      bytes(element.array());
    }
  }

  /** Ends the COPY; without it {@link #close} cancels. */
  void end() throws SQLException {
    row(-1);
    flush();
    copy.endCopy();
  }

  @Override
  public void close() throws SQLException {
    if (copy.isActive()) {
      copy.cancelCopy();
    }
  }

  private void raw(byte[] value) throws SQLException {
    if (value.length <= CHUNK) {
      space(value.length).put(value);
    } else {
      flush();
      copy.writeToCopy(value, 0, value.length);
    }
  }

  private ByteBuffer space(int bytes) throws SQLException {
    if (chunk.remaining() < bytes) {
      flush();
    }
    return chunk;
  }

  private void flush() throws SQLException {
    copy.writeToCopy(chunk.array(), 0, chunk.position());
    chunk.clear();
  }
}
