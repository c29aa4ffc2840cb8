package io.convexpowersync.storage;

import java.time.Duration;
import java.util.Optional;

/**
 * Notices write checkpoint requests: rows of {@code powersync.write_checkpoints} that the PowerSync
 * Service inserts or changes for clients that have uploaded, and that wait for a checkpoint at or
 * above their head.
 *
 * <p>A request is reported at least once, and again only after a lost connection. Not thread-safe.
 */
public interface WriteCheckpointRequests extends AutoCloseable {
  /**
   * Waits until told of a request, or a time has passed. Connects if that is needed: after a lost
   * connection nothing is missed. To be followed by {@link #look}.
   *
   * @return the lowest head of the requests, which have been committed
   * @throws StorageException kind TRANSIENT: call again later
   */
  Optional<Lsn> await(Duration timeout);

  /**
   * Looks for requests of which nobody tells, if there may be any and the last look was long enough
   * ago.
   *
   * @return the lowest head of the requests, which have been committed
   * @throws StorageException kind TRANSIENT: call {@link #await} again later
   */
  Optional<Lsn> look();

  @Override
  void close();
}
