package io.convexpowersync.standalone.config;

import java.nio.file.Path;

/** Where the bucket storage is. */
public sealed interface StorageSettings {
  /** A PostgreSQL server that somebody else runs. */
  record External(PostgresAddress address, SchemaMode schemaMode) implements StorageSettings {}

  /**
   * A PostgreSQL server that this process starts and stops.
   *
   * @param directory holds its data; survives the process
   * @param port TCP port on 127.0.0.1; 0 for any free one
   */
  record Embedded(Path directory, int port) implements StorageSettings {}
}
