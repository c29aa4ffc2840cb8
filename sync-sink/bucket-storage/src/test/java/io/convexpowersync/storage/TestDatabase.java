package io.convexpowersync.storage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fresh database in the one PostgreSQL of this test JVM, for looking behind the writer's back.
 */
final class TestDatabase implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final String name;
  private final Connection connection;

  private TestDatabase(String name) throws SQLException {
    this.name = name;
    this.connection = DriverManager.getConnection(url(name), "postgres", "");
  }

  static TestDatabase create() {
    String name = "storage_test_" + NUMBER.incrementAndGet();
    try {
      try (Connection admin = DriverManager.getConnection(url("postgres"), "postgres", "")) {
        admin.createStatement().execute("CREATE DATABASE " + name);
      }
      return new TestDatabase(name);
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot create a test database", e);
    }
  }

  static int port() {
    return Server.POSTGRES.getPort();
  }

  StorageConfig config() {
    return StorageConfig.of(url(name), "postgres", "")
        .withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(20));
  }

  BucketStorage open() {
    return BucketStorage.open(config());
  }

  BucketStorage openWithSchema() {
    BucketStorage storage = open();
    storage.createSchema();
    return storage;
  }

  void execute(String sql) {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Rows, columns joined by {@code |} as PostgreSQL prints them. */
  List<String> query(String sql) {
    try (var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      List<String> result = new ArrayList<>();
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          values.add(rows.getString(i));
        }
        result.add(String.join("|", values.stream().map(String::valueOf).toList()));
      }
      return result;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  String one(String sql) {
    List<String> rows = query(sql);
    return rows.size() == 1 ? rows.get(0) : rows.toString();
  }

  /** As if the writers' processes had been killed. */
  void killWriters() {
    query(
        "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database"
            + " WHERE locktype = 'advisory' AND datname = current_database()");
  }

  /** Process id of the only writer's database session. */
  String writerPid() {
    return one(
        "SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database"
            + " WHERE locktype = 'advisory' AND datname = current_database()");
  }

  void awaitEndOfSession(String pid) {
    Instant deadline = Instant.now().plusSeconds(20);
    while (!query("SELECT 1 FROM pg_stat_activity WHERE pid = " + pid).isEmpty()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("Session " + pid + " does not end");
      }
      Thread.onSpinWait();
    }
  }

  /** A connection of its own. */
  Connection connect() {
    try {
      return DriverManager.getConnection(url(name), "postgres", "");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    try (Connection admin = DriverManager.getConnection(url("postgres"), "postgres", "")) {
      admin.createStatement().execute("DROP DATABASE " + name + " WITH (FORCE)");
    }
  }

  static String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
  }

  /** Started by the first test that needs it; stopped with the JVM. */
  private static final class Server {
    static final EmbeddedPostgres POSTGRES = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder()
            .setServerConfig("fsync", "off")
            .setServerConfig("max_connections", "60")
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
