package io.convexpowersync.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** 64-bit hashes of what is compared: the first bytes of a SHA-256. Not thread-safe. */
final class Fingerprint {
  private final MessageDigest digest;
  private final ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);

  Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java runtime lacks SHA-256", e);
    }
  }

  /** A row that a client holds. */
  long row(String bucket, String table, String rowId, String subkey) {
    add(bucket);
    add(table);
    add(rowId);
    add(subkey);
    return end();
  }

  /** A source row's answer to a parameter lookup. */
  long lookup(byte[] lookup, String sourceTable, byte[] sourceKey) {
    add(lookup);
    add(sourceTable);
    add(sourceKey);
    return end();
  }

  long text(String text) {
    add(text);
    return end();
  }

  private void add(String text) {
    add(text.getBytes(StandardCharsets.UTF_8));
  }

  private void add(byte[] bytes) {
    digest.update(length.clear().putInt(bytes.length).array());
    digest.update(bytes);
  }

  private long end() {
    return ByteBuffer.wrap(digest.digest()).getLong();
  }
}
