package io.convexpowersync.sink;

import java.time.Duration;

/**
 * Limits of the sink core.
 *
 * @param maxRows rows of one database transaction
 * @param maxBytes bytes of documents and row data held for one database transaction
 * @param maxTime how long a database transaction may be collected or written; when writing takes
 *     longer, the following ones are made smaller
 * @param keepalive how long a lease may go without a transaction before it is refreshed; well below
 *     its 60 s
 * @param clockSkew by how much the clocks of source and sink may differ
 * @param progress how often a running snapshot is logged
 * @param checkpointInterval shortest time between two publications; markers that come within it are
 *     published together. Each publication makes every connected client check for changes
 * @param releaseInterval shortest time between a publication and a release of write checkpoints
 *     that follows it on an idle deployment
 * @param incompleteCommits whether records may be dropped before they come here: then fewer than
 *     the log's markers say are no reason to wait
 */
public record SinkOptions(
    int maxRows,
    long maxBytes,
    Duration maxTime,
    Duration keepalive,
    Duration clockSkew,
    Duration progress,
    Duration checkpointInterval,
    Duration releaseInterval,
    boolean incompleteCommits) {
  /** Good for everything measured so far. */
  public static final SinkOptions DEFAULT =
      new SinkOptions(
          5_000,
          8L << 20,
          Duration.ofSeconds(2),
          Duration.ofSeconds(20),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofMillis(25),
          Duration.ofMillis(250),
          false);
}
