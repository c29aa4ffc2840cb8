package io.convexpowersync.emulator;

import java.nio.ByteBuffer;

/**
 * The 16 bytes that identify a document inside its table, and a table inside the deployment;
 * ordered like unsigned bytes.
 */
record InternalId(long high, long low) implements Comparable<InternalId> {
  static final InternalId ZERO = new InternalId(0, 0);

  static InternalId of(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new InternalId(buffer.getLong(), buffer.getLong());
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }

  @Override
  public int compareTo(InternalId other) {
    int order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Long.compareUnsigned(low, other.low);
  }
}
