package io.convexpowersync.sink;

import io.convexpowersync.storage.StorageConfig;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** Configuration of the PowerSync sink. */
final class PowerSyncSinkConfig extends AbstractConfig {
  static final ConfigDef DEFINITION = SinkConfigDef.create();

  PowerSyncSinkConfig(Map<String, String> properties) {
    super(DEFINITION, properties, false);
  }

  StorageConfig storage(String applicationName) {
    return StorageConfig.of(
            getString(SinkConfigDef.URL),
            getString(SinkConfigDef.USER),
            getPassword(SinkConfigDef.PASSWORD).value())
        .withApplicationName(applicationName)
        .withTimeouts(
            duration(SinkConfigDef.CONNECT_TIMEOUT), duration(SinkConfigDef.STATEMENT_TIMEOUT))
        .withAcceptedMigrations(Set.copyOf(getList(SinkConfigDef.ACCEPTED_MIGRATIONS)))
        .withProperties(driverProperties());
  }

  private Map<String, String> driverProperties() {
    Map<String, String> driver = new TreeMap<>();
    originalsStrings()
        .forEach(
            (key, value) -> {
              if (SinkConfigDef.isDriverProperty(key, DEFINITION)) {
                driver.put(driverName(key), value);
              }
            });
    for (String key :
        Set.of(
            SinkConfigDef.SSL_MODE,
            SinkConfigDef.SSL_ROOT_CERT,
            SinkConfigDef.SSL_CERT,
            SinkConfigDef.SSL_KEY)) {
      if (getString(key) != null) {
        driver.put(driverName(key), getString(key));
      }
    }
    if (getPassword(SinkConfigDef.SSL_PASSWORD) != null) {
      driver.put(
          driverName(SinkConfigDef.SSL_PASSWORD), getPassword(SinkConfigDef.SSL_PASSWORD).value());
    }
    return driver;
  }

  static String driverName(String key) {
    return key.substring(SinkConfigDef.CONNECTION_PREFIX.length());
  }

  boolean createsSchema() {
    return getString(SinkConfigDef.SCHEMA_MODE)
        .toLowerCase(Locale.ROOT)
        .equals(SinkConfigDef.CREATE);
  }

  /** The sync config to deploy: a file, or the YAML itself. */
  Optional<String> syncConfig() {
    return Optional.ofNullable(getString(SinkConfigDef.SYNC_CONFIG));
  }

  Duration regressionGrace() {
    return duration(SinkConfigDef.REGRESSION_GRACE);
  }

  LogHistory history() {
    return new TopicHistory(originalsStrings());
  }

  SinkOptions options() {
    SinkOptions defaults = SinkOptions.DEFAULT;
    return new SinkOptions(
        getInt(SinkConfigDef.MAX_ROWS),
        getLong(SinkConfigDef.MAX_BYTES),
        duration(SinkConfigDef.MAX_TIME),
        defaults.keepalive(),
        duration(SinkConfigDef.CLOCK_SKEW),
        defaults.progress(),
        duration(SinkConfigDef.CHECKPOINT_INTERVAL),
        duration(SinkConfigDef.RELEASE_INTERVAL),
        getBoolean(SinkConfigDef.INCOMPLETE_COMMITS_ALLOWED));
  }

  private Duration duration(String key) {
    return Duration.ofMillis(getLong(key));
  }
}
