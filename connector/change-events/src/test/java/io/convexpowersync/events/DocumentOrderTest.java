package io.convexpowersync.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A resumed walk compares ids as text, where Convex walks in the order of internal ids. */
final class DocumentOrderTest {
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final TableId USERS = TableId.root("users");

  @Test
  void knownIdsAreWrittenAsConvexDoes() {
    assertThat(id(10001, new byte[16])).isEqualTo("j5700000000000000000000000001qv0");
    assertThat(id(1, new byte[16])).isEqualTo("0400000000000000000000000000248");
  }

  @Test
  void textOrderIsTheOrderOfInternalIdsWithinATable() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] a = bytes(random);
      byte[] b = a.clone();
      // Ids that differ late are the hard ones.
      int from = random.nextInt(16);
      random.nextBytes(b);
      System.arraycopy(a, 0, b, 0, from);
      int table = 1 + random.nextInt(1 << 20);
      SnapshotCursor.Row first = new SnapshotCursor.Row(USERS, id(table, a));
      SnapshotCursor.Row second = new SnapshotCursor.Row(USERS, id(table, b));
      assertThat(second.covers(first)).isEqualTo(Arrays.compareUnsigned(a, b) <= 0);
    }
  }

  @Test
  void aRowOfAnotherTableIsNeverCovered() {
    SnapshotCursor.Row last = new SnapshotCursor.Row(USERS, "z");
    assertThat(last.covers(new SnapshotCursor.Row(TableId.root("todos"), "a"))).isFalse();
  }

  private static byte[] bytes(Random random) {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return bytes;
  }

  /** The table's number in groups of 7 bits, the internal id, and Fletcher-16, in base32. */
  private static String id(int table, byte[] internal) {
    byte[] all = new byte[24];
    int length = 0;
    int rest = table;
    while (rest >= 0x80) {
      all[length++] = (byte) (rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    all[length++] = (byte) rest;
    System.arraycopy(internal, 0, all, length, 16);
    length += 16;
    int low = 0;
    int high = 0;
    for (int i = 0; i < length; i++) {
      low = low + (all[i] & 0xff) & 0xff;
      high = high + low & 0xff;
    }
    all[length++] = (byte) low;
    all[length++] = (byte) high;
    return base32(all, length);
  }

  private static String base32(byte[] bytes, int length) {
    StringBuilder text = new StringBuilder();
    for (int bit = 0; bit < length * 8; bit += 5) {
      int digit = 0;
      for (int i = bit; i < bit + 5; i++) {
        int set = i < length * 8 ? bytes[i / 8] >> 7 - i % 8 & 1 : 0;
        digit = digit << 1 | set;
      }
      text.append(ALPHABET.charAt(digit));
    }
    return text.toString();
  }
}
