package io.convexpowersync.storage;

import java.util.Collection;
import java.util.Optional;

/**
 * The one writer of a replication stream. Holds the stream's lease; every transaction verifies it
 * first. Not thread-safe: one transaction at a time.
 */
public interface StreamWriter extends AutoCloseable {
  /** The stream's row as it was when the writer was opened, or after the last commit. */
  ReplicationStream stream();

  /**
   * The writer's place in its input, as the last committed {@link WriteTransaction#savePlace} left
   * it: JSON text that only the caller understands. Empty for a stream that nothing was written to.
   */
  Optional<String> place();

  /**
   * To be called before the rows of a snapshot of tables that may hold rows already: remembers what
   * the buckets hold, as hashes in a table in our schema, so that {@link
   * WriteTransaction#snapshotRow} recognises what has not changed. Reads all operations of the
   * stream, in short transactions; nothing when the tables are empty. May be repeated.
   */
  void prepareSnapshot(Collection<String> tables);

  /** Starts a transaction. The previous one must be committed or closed. */
  WriteTransaction begin();

  /** Refreshes the lease and {@code last_keepalive_ts} while there is nothing to write. */
  void keepalive();

  /** Records why the stream cannot go on, for the service's diagnostics. */
  void reportFatalError(String message);

  /**
   * How often, since the writer was opened, a source failed for a row because PostgreSQL cannot
   * hold what it produced: U+0000 in a row id, a bucket name or lookup too long for its index.
   */
  default long rejectedSources() {
    return 0;
  }

  /** Gives the lease back. */
  @Override
  void close();
}
