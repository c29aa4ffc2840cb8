package io.convexpowersync.storage;

/**
 * PowerSync bucket storage, storage version 2, in one PostgreSQL database: schema {@code powersync}
 * as the PowerSync Service defines it, and our own bookkeeping in schema {@code convex_powersync},
 * which {@code DROP SCHEMA convex_powersync CASCADE} removes.
 *
 * <p>Thread-safe; a {@link StreamWriter} is not. Every method throws {@link StorageException}.
 * Writers hold session locks: a pooler in front of the database must pool sessions, not
 * transactions.
 */
public final class BucketStorage implements AutoCloseable {
  private final Database database;

  private BucketStorage(Database database) {
    this.database = database;
  }

  /**
   * Connects. A wrong password, an unknown database or an unreachable server is reported within the
   * connect timeout.
   */
  public static BucketStorage open(StorageConfig config) {
    return new BucketStorage(Database.open(config));
  }

  /**
   * Creates what the service's {@code migrate up} creates, its migrations row included, and our
   * bookkeeping with the triggers that tell of write checkpoint requests. Does nothing when it is
   * there already. Safe to call from several processes at once.
   */
  public void createSchema() {
    SchemaCreation.create(database);
  }

  /**
   * Refuses a schema that this writer was not tested with, and a stream to be written that it
   * cannot write, naming the remedy.
   */
  public void checkSchema() {
    SchemaCheck.check(database);
    StreamCatalog catalog = streams();
    catalog
        .active()
        .filter(stream -> stream.state() == ReplicationStream.State.ACTIVE)
        .or(catalog::processing)
        .ifPresent(StreamRequirements::checkFormat);
  }

  /**
   * Refuses a database in which {@link #createSchema} would fail: the schema is neither there nor
   * may this user create it. Changes nothing.
   */
  public void checkCreation() {
    if (SchemaCreation.isDone(database)) {
      checkSchema();
    } else {
      SchemaCreation.checkPrivilege(database);
    }
  }

  /** The deployed sync configs. */
  public StreamCatalog streams() {
    return new StreamCatalog(database);
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
    SchemaCreation.ensureBookkeeping(database);
    return WriterOpening.open(database, stream, owner);
  }

  /** Notices write checkpoint requests. Connects when it is first waited for. */
  public WriteCheckpointRequests writeCheckpointRequests() {
    return new PostgresWriteCheckpointRequests(database);
  }

  /** What is in the storage, and who writes it. Reads only; may be called beside a writer. */
  public StorageOverview overview() {
    return StorageOverview.read(database);
  }

  /** Reads as a client of the PowerSync Service would. */
  public BucketReader reader() {
    return new BucketReader(database);
  }

  /** Compares the storage with the deployment that it should show. */
  public StorageVerifier verifier() {
    return new StorageVerifier(database);
  }

  /** Closes the pool. Writers have connections of their own. */
  @Override
  public void close() {
    database.close();
  }
}
