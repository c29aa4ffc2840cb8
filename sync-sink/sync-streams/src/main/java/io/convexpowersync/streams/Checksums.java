package io.convexpowersync.streams;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Checksums of bucket operations: the first four bytes, read little-endian and unsigned, of a
 * SHA-256. Thread-safe.
 */
public final class Checksums {
  /** Namespace of the UUIDv5 subkeys, fixed by the PowerSync storage format. */
  private static final UUID SUBKEY_NAMESPACE =
      UUID.fromString("a396dd91-09fc-4017-a28d-3df722f651e9");

  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(() -> digest("SHA-256"));
  private static final ThreadLocal<MessageDigest> SHA_1 =
      ThreadLocal.withInitial(() -> digest("SHA-1"));

  private Checksums() {}

  /**
   * Checksum of a PUT.
   *
   * @param data the row as JSON
   * @return unsigned 32 bits
   */
  public static long put(String table, String id, RowData data) {
    MessageDigest digest = SHA_256.get();
    digest.update(Utf8.encode("put." + table + "." + id + "."));
    return fold(digest.digest(data.utf8()));
  }

  /**
   * Checksum of a REMOVE.
   *
   * @param sourceTableId text of the storage's source table id
   * @param replicaId the document's {@code _id}
   * @return unsigned 32 bits
   */
  public static long remove(String sourceTableId, String replicaId) {
    return fold(SHA_256.get().digest(Utf8.encode("delete." + subkey(sourceTableId, replicaId))));
  }

  /**
   * The subkey that clients see for a source row: a UUIDv5 over BSON {@code {table, id}}, lower
   * case with hyphens.
   */
  public static String subkey(String sourceTableId, String replicaId) {
    BsonWriter bson = new BsonWriter();
    int document = bson.begin();
    bson.string("table", sourceTableId);
    bson.string("id", replicaId);
    bson.end(document);

    MessageDigest digest = SHA_1.get();
    ByteBuffer namespace = ByteBuffer.allocate(16);
    namespace.putLong(SUBKEY_NAMESPACE.getMostSignificantBits());
    namespace.putLong(SUBKEY_NAMESPACE.getLeastSignificantBits());
    digest.update(namespace.array());
    ByteBuffer hash = ByteBuffer.wrap(digest.digest(bson.toBytes()));
    long high = (hash.getLong() & ~0xF000L) | 0x5000L;
    long low = (hash.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }

  private static long fold(byte[] hash) {
    return (hash[0] & 0xFFL)
        | (hash[1] & 0xFFL) << 8
        | (hash[2] & 0xFFL) << 16
        | (hash[3] & 0xFFL) << 24;
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java runtime lacks " + algorithm, e);
    }
  }
}
