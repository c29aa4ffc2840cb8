package io.convexpowersync.client;

/**
 * The deadlines of calls, in milliseconds.
 *
 * @param connectMs for a TCP connection to one address
 * @param callMs for a small call as a whole
 * @param stallMs for pages and table listings, whose length nobody knows beforehand: the longest
 *     time without a single byte. A backend gives up after 300 s, so less makes it work in vain
 */
public record ClientTimeouts(int connectMs, int callMs, int stallMs) {
  public static final ClientTimeouts DEFAULT = new ClientTimeouts(10_000, 30_000, 300_000);

  public ClientTimeouts {
    if (connectMs <= 0 || callMs <= 0 || stallMs <= 0) {
      throw new IllegalArgumentException("A timeout of a client must be at least 1 ms");
    }
  }
}
