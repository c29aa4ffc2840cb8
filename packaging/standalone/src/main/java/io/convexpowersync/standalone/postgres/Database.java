package io.convexpowersync.standalone.postgres;

import io.convexpowersync.standalone.config.PostgresAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** The one database of an embedded server. */
final class Database {
  private final PostgresAddress address;

  Database(PostgresAddress address) {
    this.address = address;
  }

  void createIfMissing(int port) {
    Properties credentials = new Properties();
    address.user().ifPresent(user -> credentials.setProperty("user", user));
    address.password().ifPresent(secret -> credentials.setProperty("password", secret.reveal()));
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    try (Connection connection = DriverManager.getConnection(url, credentials);
        Statement statement = connection.createStatement()) {
      if (!exists(statement)) {
        statement.execute("CREATE DATABASE " + PostgresServer.DATABASE);
      }
    } catch (SQLException e) {
      throw new ServerException("Cannot use the embedded PostgreSQL: " + e.getMessage(), e);
    }
  }

  private static boolean exists(Statement statement) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT 1 FROM pg_database WHERE datname = '" + PostgresServer.DATABASE + "'")) {
      return rows.next();
    }
  }
}
