package io.convexpowersync.standalone.config;

/** Who makes PowerSync's tables. */
public enum SchemaMode {
  /** We do, when they are missing. For databases that no PowerSync Service has migrated. */
  CREATE,
  /** The service's {@code migrate} command did; refuse to start otherwise. */
  REQUIRE
}
