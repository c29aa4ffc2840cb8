package io.convexpowersync.sink;

import io.convexpowersync.storage.BucketStorage;
import java.time.Clock;

/**
 * A connected storage with the core that writes it.
 *
 * @param storage closed with this
 * @param core closed with this
 */
record OpenSink(BucketStorage storage, SinkCore core) implements AutoCloseable {
  /**
   * Connects, and checks or creates the schema.
   *
   * @param owner name under which the lease is taken, the same after a restart
   * @throws io.convexpowersync.storage.StorageException when that cannot be done
   */
  static OpenSink open(PowerSyncSinkConfig config, String owner, Clock clock) {
    BucketStorage storage = BucketStorage.open(config.storage(owner));
    try {
      if (config.createsSchema()) {
        storage.createSchema();
      }
      storage.checkSchema();
      config.syncConfig().ifPresent(value -> SyncConfigSetting.deploy(value, storage));
      StreamSource source = new StorageStreamSource(storage, owner);
      return new OpenSink(storage, new SinkCore(source, config.history(), config.options(), clock));
    } catch (RuntimeException e) {
      storage.close();
      throw e;
    }
  }

  @Override
  public void close() {
    try {
      core.close();
    } finally {
      storage.close();
    }
  }
}
