package io.convexpowersync.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.convexpowersync.storage.StorageException.Kind;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Connections to the storage's database: a small pool for short work, and single ones for writers,
 * which hold session locks. Thread-safe.
 */
final class Database implements AutoCloseable {
  /** Work with a pooled connection. */
  interface Work<T> {
    T run(Session session) throws SQLException;
  }

  private static final int POOL_SIZE = 4;
  private static final Duration SOCKET_MARGIN = Duration.ofSeconds(10);

  private final StorageConfig config;
  private final HikariDataSource pool;

  private Database(StorageConfig config, HikariDataSource pool) {
    this.config = config;
    this.pool = pool;
  }

  /** Connects once, so that mistakes in the configuration show at once. */
  static Database open(StorageConfig config) {
    PGSimpleDataSource source = dataSource(config);
    try {
      connect(config, source).close();
    } catch (SQLException e) {
      throw SqlFailures.translate("Connecting to " + config.address(), e);
    }
    HikariConfig pooled = new HikariConfig();
    pooled.setDataSource(source);
    pooled.setPoolName("bucket-storage");
    pooled.setConnectionInitSql(settings(config));
    pooled.setMaximumPoolSize(POOL_SIZE);
    pooled.setMinimumIdle(0);
    pooled.setConnectionTimeout(config.connectTimeout().toMillis());
    pooled.setInitializationFailTimeout(-1);
    return new Database(config, new HikariDataSource(pooled));
  }

  StorageConfig config() {
    return config;
  }

  /**
   * Runs work on a pooled connection, each statement a transaction.
   *
   * @param what for the message of an error
   */
  <T> T call(String what, Work<T> work) {
    try (Session session = new Session(pool.getConnection())) {
      return work.run(session);
    } catch (SQLException e) {
      throw SqlFailures.translate(what, e);
    }
  }

  /** Runs work on a pooled connection in one transaction. */
  <T> T transact(String what, Session.Work<T> work) {
    return call(what, session -> session.inTransaction(work));
  }

  /** A connection outside the pool. */
  Session connect() throws SQLException {
    return connect(config, dataSource(config));
  }

  @Override
  public void close() {
    pool.close();
  }

  private static Session connect(StorageConfig config, PGSimpleDataSource source)
      throws SQLException {
    Session session = new Session(source.getConnection());
    try {
      session.execute(settings(config));
      return session;
    } catch (SQLException e) {
      session.closeQuietly(e);
      throw e;
    }
  }

  private static PGSimpleDataSource dataSource(StorageConfig config) {
    if (!config.url().startsWith("jdbc:postgresql:")) {
      throw new StorageException(
          Kind.CONFIGURATION,
          "Not a PostgreSQL JDBC URL. It has the form jdbc:postgresql://host:5432/database");
    }
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(config.url());
    if (config.user() != null) {
      source.setUser(config.user());
    }
    if (config.password() != null) {
      source.setPassword(config.password());
    }
    source.setApplicationName(config.applicationName());
    int connectSeconds = seconds(config.connectTimeout());
    source.setConnectTimeout(connectSeconds);
    source.setLoginTimeout(connectSeconds);
    source.setSocketTimeout(seconds(config.statementTimeout().plus(SOCKET_MARGIN)));
    source.setTcpKeepAlive(true);
    // Details of server errors hold row contents.
    source.setLogServerErrorDetail(false);
    config.properties().forEach((name, value) -> setProperty(source, name, value));
    return source;
  }

  private static void setProperty(PGSimpleDataSource source, String name, String value) {
    try {
      source.setProperty(name, value);
    } catch (SQLException | IllegalArgumentException e) {
      throw new StorageException(
          Kind.CONFIGURATION,
          "The PostgreSQL JDBC driver does not take the property " + name + ".",
          e);
    }
  }

  /** By SET and not by the connection's options, which poolers refuse. */
  private static String settings(StorageConfig config) {
    return "SET statement_timeout = %d; SET lock_timeout = %d"
        .formatted(config.statementTimeout().toMillis(), config.connectTimeout().toMillis());
  }

  private static int seconds(Duration duration) {
    return Math.toIntExact(Math.max(1, duration.toSeconds()));
  }
}
