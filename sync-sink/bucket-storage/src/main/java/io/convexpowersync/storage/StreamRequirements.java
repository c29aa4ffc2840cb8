package io.convexpowersync.storage;

import io.convexpowersync.storage.ReplicationStream.State;
import io.convexpowersync.storage.StorageException.Kind;
import io.convexpowersync.streams.InvalidPlanException;
import io.convexpowersync.streams.compiler.SyncConfigLoader;

/** What a stream must be like to be written here. */
final class StreamRequirements {
  private static final int STORAGE_VERSION = 2;

  private StreamRequirements() {}

  static void check(ReplicationStream stream) {
    checkState(stream);
    checkFormat(stream);
  }

  static void checkState(ReplicationStream stream) {
    if (stream.state() != State.PROCESSING && stream.state() != State.ACTIVE) {
      throw new StorageException(
          Kind.FENCED,
          """
          Stream %s is in state %s and is not replicated any more: a newer sync config has \
          replaced it. Write the newer stream."""
              .formatted(stream.id(), stream.state()));
    }
  }

  static void checkFormat(ReplicationStream stream) {
    if (stream.storageVersion() != STORAGE_VERSION) {
      throw new StorageException(
          Kind.CONFIGURATION,
          """
          Stream %s has storage version %d; supported is 2. Put `storage_version: 2` under \
          `config:` in the sync config, or `default_storage_version: 2` in the service's storage \
          settings, and deploy it again."""
              .formatted(stream.id(), stream.storageVersion()));
    }
    checkPlan(stream);
  }

  private static void checkPlan(ReplicationStream stream) {
    try {
      SyncConfigLoader.load(stream.content(), stream.plan(), stream.id().value());
    } catch (InvalidPlanException e) {
      throw new StorageException(
          Kind.CONFIGURATION,
          "The sync config of stream %s cannot be run: %s".formatted(stream.id(), e.getMessage()),
          e);
    }
  }
}
