package io.convexpowersync.sink;

import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.streams.compiler.CompiledSyncConfig;
import io.convexpowersync.streams.compiler.InvalidSyncConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sync config that the connector's configuration names or holds, for use without a Service. */
final class SyncConfigSetting {
  private static final Logger LOG = LoggerFactory.getLogger(SyncConfigSetting.class);

  private SyncConfigSetting() {}

  /**
   * @param value YAML if it has several lines, else the name of a file
   * @throws ConfigException if there is no such file, or the sync config is wrong
   */
  static CompiledSyncConfig compile(String value) {
    boolean inline = value.strip().contains("\n");
    try {
      return CompiledSyncConfig.of(
          inline ? SinkConfigDef.SYNC_CONFIG : value, inline ? value : read(value));
    } catch (InvalidSyncConfigException e) {
      ConfigException failure = new ConfigException(e.getMessage());
      failure.initCause(e);
      throw failure;
    }
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException | InvalidPathException e) {
      ConfigException failure =
          new ConfigException(
              SinkConfigDef.SYNC_CONFIG
                  + " names "
                  + file
                  + ", which cannot be read on this worker. Give it a file there, or the YAML"
                  + " itself: "
                  + e);
      failure.initCause(e);
      throw failure;
    }
  }

  /** Deploys the config unless it is what is being built or served. */
  static void deploy(String value, BucketStorage storage) {
    CompiledSyncConfig config = compile(value);
    if (!config.warnings().isEmpty()) {
      LOG.warn("The sync config compiles with warnings:\n{}", config.warnings());
    }
    if (storage.streams().deployedAs(config).isEmpty()) {
      LOG.info(
          "Deploying the sync config of {} as stream {}",
          SinkConfigDef.SYNC_CONFIG,
          storage.streams().deploy(config));
    }
  }
}
