package io.convexpowersync.sink;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The keys of the sink's configuration. */
final class SinkConfigDef {
  /** Keys that start so, and are not defined here, are properties of the PostgreSQL driver. */
  static final String CONNECTION_PREFIX = "connection.";

  static final String URL = "connection.url";
  static final String USER = "connection.user";
  static final String PASSWORD = "connection.password";
  static final String SSL_MODE = "connection.sslmode";
  static final String SSL_ROOT_CERT = "connection.sslrootcert";
  static final String SSL_CERT = "connection.sslcert";
  static final String SSL_KEY = "connection.sslkey";
  static final String SSL_PASSWORD = "connection.sslpassword";
  static final String CONNECT_TIMEOUT = "connect.timeout.ms";
  static final String STATEMENT_TIMEOUT = "statement.timeout.ms";
  static final String SCHEMA_MODE = "schema.mode";
  static final String ACCEPTED_MIGRATIONS = "schema.accepted.migrations";
  static final String SYNC_CONFIG = "sync.config";
  static final String MAX_ROWS = "write.max.rows";
  static final String MAX_BYTES = "write.max.bytes";
  static final String MAX_TIME = "write.max.time.ms";
  static final String CHECKPOINT_INTERVAL = "checkpoint.min.interval.ms";
  static final String RELEASE_INTERVAL = "write.checkpoint.release.interval.ms";
  static final String CLOCK_SKEW = "clock.skew.ms";
  static final String REGRESSION_GRACE = "position.regression.grace.ms";
  static final String INCOMPLETE_COMMITS_ALLOWED = "incomplete.commits.allowed";

  static final String CREATE = "create";
  static final String REQUIRE = "require";

  /** Driver properties that have keys, or places in the URL, of their own. */
  private static final Set<String> RESERVED = Set.of("user", "password", "ApplicationName");

  private final ConfigDef definition = new ConfigDef();
  private String group;
  private int order;

  private SinkConfigDef() {}

  static ConfigDef create() {
    SinkConfigDef keys = new SinkConfigDef();
    keys.database();
    keys.tls();
    keys.streams();
    keys.writing();
    keys.input();
    keys.history();
    return keys.definition;
  }

  /** Whether a key is passed to the PostgreSQL driver under the name behind the prefix. */
  static boolean isDriverProperty(String key, ConfigDef definition) {
    return key.startsWith(CONNECTION_PREFIX)
        && !definition.configKeys().containsKey(key)
        && !RESERVED.contains(key.substring(CONNECTION_PREFIX.length()));
  }

  private void database() {
    group("Database");
    key(URL, Type.STRING, ConfigDef.NO_DEFAULT_VALUE)
        .checked(
            LambdaValidator.with(
                SinkConfigDef::checkUrl, () -> "jdbc:postgresql://host:port/database"))
        .shown("Database URL", Importance.HIGH, Width.LONG)
        .documented(
            """
            JDBC URL of the PostgreSQL database that holds PowerSync's bucket storage, for example
            jdbc:postgresql://db:5432/powersync. It must be the database that the PowerSync
            Service's storage.uri names. Not through a pooler that pools transactions.""");
    key(USER, Type.STRING, ConfigDef.NO_DEFAULT_VALUE)
        .checked(new NonEmptyString())
        .shown("Database user", Importance.HIGH, Width.MEDIUM)
        .documented(
            """
            Database user. sink-role.sql among the sink's SQL scripts makes one with the least
            privileges.""");
    key(PASSWORD, Type.PASSWORD, "")
        .shown("Database password", Importance.HIGH, Width.MEDIUM)
        .documented("Password of the database user.");
    key(SCHEMA_MODE, Type.STRING, REQUIRE)
        .checked(ConfigDef.CaseInsensitiveValidString.in(REQUIRE, CREATE))
        .shown("Schema mode", Importance.MEDIUM, Width.SHORT)
        .documented(
            """
            What to do about PowerSync's tables. 'require': they must exist, as the PowerSync
            Service's 'migrate up' makes them, and are checked at start. 'create': they are created
            where there are none, identical to the Service's, so that a Service can use them
            later.""");
    key(ACCEPTED_MIGRATIONS, Type.LIST, List.of())
        .shown("Accepted migrations", Importance.LOW, Width.LONG)
        .documented(
            """
            Names of newest migrations of schema powersync, beyond the one that this version was
            tested with, that are accepted all the same.""");
    key(CONNECT_TIMEOUT, Type.LONG, 5_000L)
        .checked(Range.between(1_000, 60_000))
        .shown("Connect timeout (ms)", Importance.LOW, Width.SHORT)
        .documented(
            """
            Longest wait, in milliseconds, for a connection, and for a lock that another session
            holds.""");
    key(STATEMENT_TIMEOUT, Type.LONG, 60_000L)
        .checked(Range.between(1_000, 600_000))
        .shown("Statement timeout (ms)", Importance.LOW, Width.SHORT)
        .documented("Longest time of one SQL statement, in milliseconds.");
  }

  private void streams() {
    group("Sync Streams");
    key(SYNC_CONFIG, Type.STRING, null)
        .checked(
            LambdaValidator.with(
                SinkConfigDef::checkSyncConfig, () -> "a file on the worker, or YAML in lines"))
        .shown("Sync config", Importance.MEDIUM, Width.LONG)
        .documented(
            """
            The sync config to replicate: the name of a YAML file on the worker, or, when it has
            several lines, the YAML itself: Sync Streams of edition 3, or bucket definitions. It is
            compiled and deployed when the task starts, unless it is what is deployed already. By
            default what is deployed in the storage is replicated: deploy with the PowerSync
            Service's API, or with convex-powersync deploy.""");
  }

  private static void checkSyncConfig(String key, Object value) {
    if (value != null) {
      SyncConfigSetting.compile((String) value);
    }
  }

  private void tls() {
    group("TLS");
    key(SSL_MODE, Type.STRING, null)
        .checked(
            ValidString.in(
                null, "disable", "allow", "prefer", "require", "verify-ca", "verify-full"))
        .shown("TLS mode", Importance.MEDIUM, Width.SHORT)
        .documented(
            """
            Whether the connection is encrypted and the server's certificate is checked, as the
            driver's sslmode. By default what the URL says, else 'prefer'. Use 'verify-full' over
            any network that is not your own.""");
    key(SSL_ROOT_CERT, Type.STRING, null)
        .shown("Root certificates", Importance.MEDIUM, Width.LONG)
        .documented("File with the certificates of the authorities that are trusted, PEM.");
    key(SSL_CERT, Type.STRING, null)
        .shown("Client certificate", Importance.LOW, Width.LONG)
        .documented("File with the client's certificate, PEM.");
    key(SSL_KEY, Type.STRING, null)
        .shown("Client key", Importance.LOW, Width.LONG)
        .documented("File with the client's private key, PKCS#8 in DER, or PKCS#12.");
    key(SSL_PASSWORD, Type.PASSWORD, null)
        .shown("Password of the client key", Importance.LOW, Width.MEDIUM)
        .documented(
            """
            Password of the client's private key. Any other property of the PostgreSQL JDBC driver
            may be given in the same way, as connection.<property>.""");
  }

  private void writing() {
    group("Writing");
    key(MAX_ROWS, Type.INT, SinkOptions.DEFAULT.maxRows())
        .checked(Range.between(1, 100_000))
        .shown("Rows per transaction", Importance.LOW, Width.SHORT)
        .documented("Most rows of one database transaction.");
    key(MAX_BYTES, Type.LONG, SinkOptions.DEFAULT.maxBytes())
        .checked(Range.between(65_536, 1L << 30))
        .shown("Bytes per transaction", Importance.LOW, Width.SHORT)
        .documented("Most bytes of row data held for one database transaction.");
    key(MAX_TIME, Type.LONG, SinkOptions.DEFAULT.maxTime().toMillis())
        .checked(Range.between(50, 60_000))
        .shown("Time per transaction (ms)", Importance.LOW, Width.SHORT)
        .documented(
            """
            How long, in milliseconds, a database transaction may be collected or written. When
            writing takes longer, the following transactions are made smaller.""");
    key(CHECKPOINT_INTERVAL, Type.LONG, SinkOptions.DEFAULT.checkpointInterval().toMillis())
        .checked(Range.between(0, 60_000))
        .shown("Checkpoint interval (ms)", Importance.MEDIUM, Width.SHORT)
        .documented(
            """
            Shortest time, in milliseconds, between two checkpoints while changes arrive. Commits
            that come within it are published together, each of them whole. Every checkpoint makes
            all connected clients check for changes.""");
    key(RELEASE_INTERVAL, Type.LONG, SinkOptions.DEFAULT.releaseInterval().toMillis())
        .checked(Range.between(10, 60_000))
        .shown("Write checkpoint release interval (ms)", Importance.LOW, Width.SHORT)
        .documented(
            """
            Shortest time, in milliseconds, between a checkpoint and another one at the same
            position, which is published on an idle deployment to release write checkpoints that
            clients wait for. Requests that come within this time are released together.""");
  }

  private void input() {
    group("Input");
    key(REGRESSION_GRACE, Type.LONG, 600_000L)
        .checked(Range.between(1_000, 86_400_000))
        .shown("Grace time of a position from the past (ms)", Importance.LOW, Width.SHORT)
        .documented(
            """
            How long, in milliseconds, the log may repeat positions that have been published, as
            it does after a crash of the source, before the sink stops: then the deployment was
            restored from a backup, or the source reads another one.""");
    key(CLOCK_SKEW, Type.LONG, SinkOptions.DEFAULT.clockSkew().toMillis())
        .checked(Range.between(0, 600_000))
        .shown("Clock skew (ms)", Importance.LOW, Width.SHORT)
        .documented(
            """
            By how much, in milliseconds, the clocks of the source's and the sink's workers may
            differ. After a hole in the log nothing is published before a marker that was written
            this much later.""");
    key(INCOMPLETE_COMMITS_ALLOWED, Type.BOOLEAN, false)
        .shown("Incomplete commits allowed", Importance.LOW, Width.SHORT)
        .documented(
            """
            Whether errors.tolerance=all, and transforms that drop records of the log, may be used.
            With them records are dropped unseen by the sink, and clients then see mutations with
            parts missing. Without this, the sink publishes nothing while records are missing.""");
  }

  private void history() {
    group("History");
    key(TopicHistory.BOOTSTRAP_SERVERS, Type.STRING, "")
        .shown("History bootstrap servers", Importance.MEDIUM, Width.LONG)
        .documented(
            """
            Brokers of the sink's own consumer, which reads the log topic from the beginning to
            build a newly deployed sync config while the old one is served and goes on. Usually the
            worker's bootstrap.servers. Everything else under history.consumer.* is passed to that
            consumer (security.protocol, sasl.jaas.config, ...). It belongs to no group; where there
            are ACLs it must be allowed to read and describe the topic. Without it, a new sync
            config is not built while another one is served. The consumer uses the connector's
            key.converter and value.converter, by default JsonConverter, which reads records with and
            without schemas here: it does not see the worker's.""");
  }

  private void group(String name) {
    group = name;
    order = 0;
  }

  private Key key(String name, Type type, Object standard) {
    return new Key(name, type, standard);
  }

  /** One key, defined by its last step. */
  private final class Key {
    private final String name;
    private final Type type;
    private final Object standard;
    private ConfigDef.Validator validator;
    private String display;
    private Importance importance;
    private Width width;

    Key(String name, Type type, Object standard) {
      this.name = name;
      this.type = type;
      this.standard = standard;
    }

    Key checked(ConfigDef.Validator check) {
      validator = check;
      return this;
    }

    Key shown(String as, Importance how, Width size) {
      display = as;
      importance = how;
      width = size;
      return this;
    }

    void documented(String text) {
      String doc = text.replace('\n', ' ');
      definition.define(
          name, type, standard, validator, importance, doc, group, ++order, width, display);
    }
  }

  private static void checkUrl(String name, Object value) {
    if (value == null) {
      return; // A missing value has its own message.
    }
    if (!(value instanceof String url) || !url.startsWith("jdbc:postgresql:")) {
      throw new ConfigException(
          name, "(hidden)", "must look like jdbc:postgresql://host:5432/database");
    }
    if (url.toLowerCase(Locale.ROOT).contains("password=") || url.matches(".*//[^/]*@.*")) {
      throw new ConfigException(
          name, "(hidden)", "must not hold user or password; use " + USER + " and " + PASSWORD);
    }
  }
}
