package io.convexpowersync.sink;

import java.time.Duration;

/**
 * Limits of the sink core.
 *
 * @param maxRows rows of one database transaction
 * @param maxBytes bytes of documents and row data held for one database transaction
 * @param keepalive how long a lease may go without a transaction before it is refreshed; well below
 *     its 60 s
 * @param clockSkew by how much the clocks of source and sink may differ
 * @param progress how often a running snapshot is logged
 * @param releaseInterval shortest time between a publication and a release of write checkpoints
 *     that follows it on an idle deployment
 */
public record SinkOptions(
    int maxRows,
    long maxBytes,
    Duration keepalive,
    Duration clockSkew,
    Duration progress,
    Duration releaseInterval) {
  /** Good for everything measured so far: a transaction stays far below two seconds. */
  public static final SinkOptions DEFAULT =
      new SinkOptions(
          5_000,
          8L << 20,
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofMillis(250));
}
