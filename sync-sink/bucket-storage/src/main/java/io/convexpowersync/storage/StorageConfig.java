package io.convexpowersync.storage;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.postgresql.PGProperty;

/**
 * Where the bucket storage is and how to talk to it.
 *
 * @param url JDBC URL of the database, {@code jdbc:postgresql://host:5432/database?sslmode=...}; no
 *     password in it
 * @param user database user
 * @param password its password; never printed
 * @param applicationName shown in {@code pg_stat_activity}
 * @param connectTimeout longest wait for a connection, and for a lock that another session holds
 * @param statementTimeout longest time of one statement
 * @param acceptedMigrations names of newest migrations, beyond the tested ones, that the start-up
 *     check accepts
 * @param properties further properties of the PostgreSQL JDBC driver, such as {@code sslmode}; they
 *     win over the URL's and over ours; never printed
 */
public record StorageConfig(
    String url,
    String user,
    String password,
    String applicationName,
    Duration connectTimeout,
    Duration statementTimeout,
    Set<String> acceptedMigrations,
    Map<String, String> properties) {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(60);

  public StorageConfig {
    Objects.requireNonNull(url, "url");
    acceptedMigrations = Set.copyOf(acceptedMigrations);
    properties = Map.copyOf(properties);
  }

  /** With the default name and timeouts. */
  public static StorageConfig of(String url, String user, String password) {
    return new StorageConfig(
        url,
        user,
        password,
        "convex-powersync",
        CONNECT_TIMEOUT,
        STATEMENT_TIMEOUT,
        Set.of(),
        Map.of());
  }

  public StorageConfig withApplicationName(String name) {
    return new StorageConfig(
        url,
        user,
        password,
        name,
        connectTimeout,
        statementTimeout,
        acceptedMigrations,
        properties);
  }

  public StorageConfig withTimeouts(Duration connect, Duration statement) {
    return new StorageConfig(
        url, user, password, applicationName, connect, statement, acceptedMigrations, properties);
  }

  public StorageConfig withAcceptedMigrations(Set<String> names) {
    return new StorageConfig(
        url, user, password, applicationName, connectTimeout, statementTimeout, names, properties);
  }

  public StorageConfig withProperties(Map<String, String> driver) {
    return new StorageConfig(
        url,
        user,
        password,
        applicationName,
        connectTimeout,
        statementTimeout,
        acceptedMigrations,
        driver);
  }

  /** Whether the PostgreSQL JDBC driver has a property of this name. */
  public static boolean isDriverProperty(String name) {
    return PGProperty.forName(name) != null;
  }

  /** Without the password, and without the URL's parameters, which may hold one. */
  @Override
  public String toString() {
    return "StorageConfig[url=" + address() + ", user=" + user + "]";
  }

  /** The URL without its parameters. */
  String address() {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query);
  }
}
