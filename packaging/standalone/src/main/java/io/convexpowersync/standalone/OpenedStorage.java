package io.convexpowersync.standalone;

import io.convexpowersync.standalone.config.PostgresAddress;
import io.convexpowersync.standalone.config.SchemaMode;
import io.convexpowersync.standalone.config.Secret;
import io.convexpowersync.standalone.config.StorageSettings;
import io.convexpowersync.standalone.postgres.PostgresServer;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.StorageConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A bucket storage with its schema checked, and the embedded server it may be in. */
final class OpenedStorage implements AutoCloseable {
  private final Optional<PostgresServer> server;
  private final BucketStorage storage;

  private OpenedStorage(Optional<PostgresServer> server, BucketStorage storage) {
    this.server = server;
    this.storage = storage;
  }

  /** Connects; starts the embedded server first if that is where the storage is. */
  static OpenedStorage open(StorageSettings settings) {
    if (settings instanceof StorageSettings.External external) {
      return new OpenedStorage(
          Optional.empty(), connect(external.address(), external.schemaMode()));
    }
    StorageSettings.Embedded embedded = (StorageSettings.Embedded) settings;
    return in(PostgresServer.durable(embedded.directory(), embedded.port()));
  }

  /** Connects to a storage that is there already; makes nothing. */
  static OpenedStorage openExisting(StorageSettings settings) {
    if (settings instanceof StorageSettings.External external) {
      return new OpenedStorage(Optional.empty(), connect(external.address(), SchemaMode.REQUIRE));
    }
    Path directory = ((StorageSettings.Embedded) settings).directory();
    if (!Files.isDirectory(directory)) {
      throw new CommandFailure(
          ExitCode.REFUSED, "there is no storage in " + directory + " yet: run makes it");
    }
    return open(settings);
  }

  /** Connects to a storage that is there already, also to an embedded one that a runner uses. */
  static OpenedStorage openBeside(StorageSettings settings) {
    return ofRunner(settings).orElseGet(() -> openExisting(settings));
  }

  /** Like {@link #open}, but an embedded server that a runner uses is no obstacle. */
  static OpenedStorage openOrBeside(StorageSettings settings) {
    return ofRunner(settings).orElseGet(() -> open(settings));
  }

  private static Optional<OpenedStorage> ofRunner(StorageSettings settings) {
    return settings instanceof StorageSettings.Embedded embedded
        ? PostgresServer.running(embedded.directory())
            .map(server -> new OpenedStorage(Optional.empty(), connect(server, SchemaMode.REQUIRE)))
        : Optional.empty();
  }

  /** In a server of ours, which is closed with the storage. */
  static OpenedStorage in(PostgresServer server) {
    try {
      return new OpenedStorage(Optional.of(server), connect(server.address(), SchemaMode.CREATE));
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static BucketStorage connect(PostgresAddress address, SchemaMode mode) {
    BucketStorage storage =
        BucketStorage.open(
            StorageConfig.of(
                address.jdbcUrl(),
                address.user().orElse(null),
                address.password().map(Secret::reveal).orElse(null)));
    try {
      if (mode == SchemaMode.CREATE) {
        storage.createSchema();
      }
      storage.checkSchema();
      return storage;
    } catch (RuntimeException e) {
      storage.close();
      throw e;
    }
  }

  BucketStorage storage() {
    return storage;
  }

  /** The embedded server, if it is in one. */
  Optional<PostgresServer> server() {
    return server;
  }

  /** Completes exceptionally when the storage is lost for good: its embedded server has died. */
  CompletableFuture<Void> failure() {
    return server.map(PostgresServer::failure).orElseGet(CompletableFuture::new);
  }

  @Override
  public void close() {
    try {
      storage.close();
    } finally {
      server.ifPresent(PostgresServer::close);
    }
  }
}
