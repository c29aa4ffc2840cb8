package io.convexpowersync.standalone.postgres;

import io.convexpowersync.standalone.config.PostgresAddress;
import io.convexpowersync.standalone.config.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A PostgreSQL server with one database, started by this process and stopped with it: by {@link
 * #close}, and by a supervising shell script when this process dies without calling it. It listens
 * on 127.0.0.1 only and wants a password, which a file beside the data holds.
 *
 * <p>Linux and macOS.
 */
public final class PostgresServer implements AutoCloseable {
  static final String DATABASE = "powersync";
  static final String USER = "powersync";

  private final DirectoryLock lock;
  private final Supervisor supervisor;
  private final PostgresAddress address;

  private PostgresServer(DirectoryLock lock, Supervisor supervisor, PostgresAddress address) {
    this.lock = lock;
    this.supervisor = supervisor;
    this.address = address;
  }

  /**
   * Starts a server whose data survives. A second one on the same directory is refused; what a
   * killed predecessor left is cleared.
   *
   * @param directory made when it does not exist
   * @param port TCP port; 0 for any free one
   * @throws ServerException when it cannot be started
   */
  public static PostgresServer durable(Path directory, int port) {
    Path bin = PostgresBinaries.ofUser().bin();
    return start(bin, directory.toAbsolutePath().normalize(), port, Supervisor.Kind.DURABLE);
  }

  /** Starts a server in a temporary directory that disappears with it. */
  public static PostgresServer disposable() {
    // First what takes long: a process that is killed between making the directory and starting the
    // supervisor leaves the directory.
    Path bin = PostgresBinaries.ofUser().bin();
    Path directory = ServerDirectory.temporary();
    try {
      return start(bin, directory, 0, Supervisor.Kind.DISPOSABLE);
    } catch (ServerException e) {
      new ServerDirectory(directory).delete();
      throw e;
    }
  }

  /** How to connect to the server that another process has started on a directory, if one runs. */
  public static Optional<PostgresAddress> running(Path directory) {
    ServerDirectory files = new ServerDirectory(directory.toAbsolutePath().normalize());
    return new Leftovers(files.path()).serverRuns() ? files.addressInPgpass() : Optional.empty();
  }

  private static PostgresServer start(Path bin, Path directory, int port, Supervisor.Kind kind) {
    ServerDirectory files = new ServerDirectory(directory);
    files.prepare();
    DirectoryLock lock = DirectoryLock.take(directory);
    Supervisor supervisor = null;
    try {
      new Leftovers(directory).clear();
      Secret password = files.password();
      supervisor = Supervisor.start(files, bin, port, kind);
      PostgresAddress address = address(supervisor.port(), password);
      files.writePgpass(supervisor.port(), password);
      new Database(address).createIfMissing(supervisor.port());
      return new PostgresServer(lock, supervisor, address);
    } catch (RuntimeException e) {
      if (supervisor != null) {
        supervisor.close();
      }
      release(lock);
      throw e;
    }
  }

  static PostgresAddress address(int port, Secret password) {
    return new PostgresAddress(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE,
        Optional.of(USER),
        Optional.of(password));
  }

  /** How to connect. */
  public PostgresAddress address() {
    return address;
  }

  /**
   * Completes exceptionally, with a {@link ServerException}, when the server ends before it is
   * closed.
   */
  public CompletableFuture<Void> failure() {
    return supervisor
        .stopped()
        .thenRun(
            () -> {
              throw new ServerException(
                  "The embedded PostgreSQL has stopped: see postgres.log in "
                      + supervisor.directory().path()
                      + ". Start again; it recovers by itself");
            });
  }

  /** A command for a shell that opens the database, without a secret in it. */
  public String psqlCommand() {
    return "PGPASSFILE="
        + supervisor.directory().pgpass()
        + " psql -h 127.0.0.1 -p "
        + supervisor.port()
        + " -U "
        + USER
        + " "
        + DATABASE;
  }

  /** Stops the server and waits for it. May be called twice, and from any thread. */
  @Override
  public void close() {
    supervisor.close();
    release(lock);
  }

  private static void release(DirectoryLock lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new ServerException("Cannot release the lock of the server directory", e);
    }
  }
}
