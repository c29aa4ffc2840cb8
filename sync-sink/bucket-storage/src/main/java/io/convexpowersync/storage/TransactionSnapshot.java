package io.convexpowersync.storage;

/**
 * Which transactions had ended at a moment, as {@code pg_current_snapshot()} prints it: {@code
 * xmin:xmax:xip}, numbers of 64 bits. A transaction that writes and ends after it changes it, in
 * whatever database of the server.
 *
 * @param text as printed
 */
record TransactionSnapshot(String text) {
  private static final long LOW_32_BITS = 0xFFFF_FFFFL;

  /** The first transaction that had not begun, as the type {@code xid} writes it. */
  String next() {
    return xid(text.split(":", -1)[1]);
  }

  /** Those that had begun and not ended, as an array of {@code xid}; without subtransactions. */
  String running() {
    String running = text.split(":", -1)[2];
    if (running.isEmpty()) {
      return "{}";
    }
    StringBuilder array = new StringBuilder("{");
    for (String number : running.split(",")) {
      array.append(array.length() > 1 ? "," : "").append(xid(number));
    }
    return array.append('}').toString();
  }

  private static String xid(String number) {
    return Long.toString(Long.parseUnsignedLong(number) & LOW_32_BITS);
  }
}
