package io.convexpowersync.storage;

/**
 * PowerSync bucket storage, storage version 2, in one PostgreSQL database: schema {@code powersync}
 * as the PowerSync Service defines it, and our own bookkeeping in schema {@code convex_powersync},
 * which {@code DROP SCHEMA convex_powersync CASCADE} removes.
 *
 * <p>Thread-safe; a {@link StreamWriter} is not. Every method throws {@link StorageException}.
 */
public final class BucketStorage implements AutoCloseable {
  private BucketStorage() {}

  /**
   * Connects. A wrong password, an unknown database or an unreachable server is reported within the
   * connect timeout.
   */
  public static BucketStorage open(StorageConfig config) {
    throw new UnsupportedOperationException(config.toString());
  }

  /**
   * Creates what the service's {@code migrate up} creates, its migrations row included, and our
   * bookkeeping. Does nothing when it is there already. Safe to call from several processes at
   * once.
   */
  public void createSchema() {
    throw new UnsupportedOperationException();
  }

  /** Refuses a schema that this writer was not tested with, naming the remedy. */
  public void checkSchema() {
    throw new UnsupportedOperationException();
  }

  /** The deployed sync configs. */
  public StreamCatalog streams() {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes a stream's lease. A restarted owner that finds its own name in the lease record and no
   * live session takes over at once.
   *
   * @param owner name of the runner, the same after a restart: connector name, or a configured one
   * @throws StorageException with kind FENCED when another runner holds the lease or the stream is
   *     neither PROCESSING nor ACTIVE; with kind CONFIGURATION when its storage version or plan is
   *     not supported
   */
  public StreamWriter openWriter(StreamId stream, String owner) {
    throw new UnsupportedOperationException(stream + owner);
  }

  /** Reads as a client of the PowerSync Service would. */
  public BucketReader reader() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
