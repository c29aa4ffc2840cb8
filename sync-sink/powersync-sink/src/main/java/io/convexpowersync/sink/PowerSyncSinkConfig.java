package io.convexpowersync.sink;

import io.convexpowersync.storage.StorageConfig;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** Configuration of the PowerSync sink. */
final class PowerSyncSinkConfig extends AbstractConfig {
  static final String STORAGE_URL = "storage.url";
  static final String STORAGE_USER = "storage.user";
  static final String STORAGE_PASSWORD = "storage.password";
  static final String SCHEMA_MODE = "schema.mode";
  static final String MAX_ROWS = "write.max.rows";
  static final String MAX_BYTES = "write.max.bytes";
  static final String CHECKPOINT_INTERVAL = "checkpoint.min.interval.ms";
  static final String RELEASE_INTERVAL = "write.checkpoint.release.interval.ms";
  static final String INCOMPLETE_COMMITS_ALLOWED = "incomplete.commits.allowed";

  private static final String STORAGE_GROUP = "Storage";
  private static final String WRITING_GROUP = "Writing";

  static final ConfigDef DEFINITION =
      new ConfigDef()
          .define(
              STORAGE_URL,
              Type.STRING,
              ConfigDef.NO_DEFAULT_VALUE,
              ConfigDef.LambdaValidator.with(
                  PowerSyncSinkConfig::checkUrl, () -> "jdbc:postgresql://host:port/database"),
              Importance.HIGH,
              "JDBC URL of the PostgreSQL database that holds PowerSync's bucket storage, for"
                  + " example jdbc:postgresql://db:5432/powersync?sslmode=verify-full. It must be"
                  + " the database that the PowerSync Service's storage.uri names.",
              STORAGE_GROUP,
              1,
              Width.LONG,
              "Storage URL")
          .define(
              STORAGE_USER,
              Type.STRING,
              ConfigDef.NO_DEFAULT_VALUE,
              new ConfigDef.NonEmptyString(),
              Importance.HIGH,
              "Database user. It needs to read and write the tables of schema powersync, and to"
                  + " create schema convex_powersync, where the sink keeps its place.",
              STORAGE_GROUP,
              2,
              Width.MEDIUM,
              "Storage user")
          .define(
              STORAGE_PASSWORD,
              Type.PASSWORD,
              "",
              Importance.HIGH,
              "Password of the database user.",
              STORAGE_GROUP,
              3,
              Width.MEDIUM,
              "Storage password")
          .define(
              SCHEMA_MODE,
              Type.STRING,
              "require",
              ValidString.in("require", "create"),
              Importance.MEDIUM,
              "What to do about PowerSync's tables. 'require': they must exist, as the PowerSync"
                  + " Service's 'migrate up' makes them, and are checked at start. 'create': they"
                  + " are created where there are none, identical to the Service's, so that a"
                  + " Service can use them later.",
              STORAGE_GROUP,
              4,
              Width.SHORT,
              "Schema mode")
          .define(
              MAX_ROWS,
              Type.INT,
              5_000,
              Range.between(1, 100_000),
              Importance.LOW,
              "Most rows of one database transaction.",
              WRITING_GROUP,
              1,
              Width.SHORT,
              "Rows per transaction")
          .define(
              MAX_BYTES,
              Type.LONG,
              8L << 20,
              Range.between(65_536, 1L << 30),
              Importance.LOW,
              "Most bytes of row data held for one database transaction.",
              WRITING_GROUP,
              2,
              Width.SHORT,
              "Bytes per transaction")
          .define(
              INCOMPLETE_COMMITS_ALLOWED,
              Type.BOOLEAN,
              false,
              Importance.LOW,
              "Whether errors.tolerance=all may be used. With it the worker drops records that the"
                  + " converter cannot read, unseen by the sink, and clients then see mutations with"
                  + " parts missing.",
              WRITING_GROUP,
              3,
              Width.SHORT,
              "Incomplete commits allowed")
          .define(
              CHECKPOINT_INTERVAL,
              Type.LONG,
              25L,
              Range.between(0, 60_000),
              Importance.MEDIUM,
              "Shortest time, in milliseconds, between two checkpoints while changes arrive. Commits"
                  + " that come within it are published together, each of them whole. Every"
                  + " checkpoint makes all connected clients check for changes.",
              WRITING_GROUP,
              4,
              Width.SHORT,
              "Checkpoint interval (ms)")
          .define(
              RELEASE_INTERVAL,
              Type.LONG,
              250L,
              Range.between(10, 60_000),
              Importance.LOW,
              "Shortest time, in milliseconds, between a checkpoint and another one at the same"
                  + " position, which is published on an idle deployment to release write"
                  + " checkpoints that clients wait for. Each makes every connected client check"
                  + " for changes, so requests that come within this time are released together.",
              WRITING_GROUP,
              5,
              Width.SHORT,
              "Write checkpoint release interval (ms)");

  PowerSyncSinkConfig(Map<String, String> properties) {
    super(DEFINITION, properties, false);
  }

  StorageConfig storage(String applicationName) {
    return StorageConfig.of(
            getString(STORAGE_URL), getString(STORAGE_USER), getPassword(STORAGE_PASSWORD).value())
        .withApplicationName(applicationName);
  }

  boolean createsSchema() {
    return getString(SCHEMA_MODE).toLowerCase(Locale.ROOT).equals("create");
  }

  boolean incompleteCommitsAllowed() {
    return getBoolean(INCOMPLETE_COMMITS_ALLOWED);
  }

  SinkOptions options() {
    SinkOptions defaults = SinkOptions.DEFAULT;
    return new SinkOptions(
        getInt(MAX_ROWS),
        getLong(MAX_BYTES),
        defaults.maxTime(),
        defaults.keepalive(),
        defaults.clockSkew(),
        defaults.progress(),
        Duration.ofMillis(getLong(CHECKPOINT_INTERVAL)),
        Duration.ofMillis(getLong(RELEASE_INTERVAL)));
  }

  private static void checkUrl(String name, Object value) {
    if (value == null) {
      return; // A missing value has its own message.
    }
    if (!(value instanceof String url) || !url.startsWith("jdbc:postgresql://")) {
      throw new ConfigException(name, value, "must look like jdbc:postgresql://host:5432/database");
    }
    if (url.toLowerCase(Locale.ROOT).contains("password=")) {
      throw new ConfigException(
          name, "(hidden)", "must not hold the password; use " + STORAGE_PASSWORD);
    }
  }
}
