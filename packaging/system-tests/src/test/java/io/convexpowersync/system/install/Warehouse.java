package io.convexpowersync.system.install;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A database that somebody else's sink fills with tables. */
final class Warehouse implements AutoCloseable {
  private static final String NAME = "warehouse";

  private final Connection connection;
  private final String jdbcUrl;

  private Warehouse(String jdbcUrl) throws SQLException {
    this.jdbcUrl = jdbcUrl;
    this.connection = connect(jdbcUrl);
  }

  /** Beside a database on the same server. */
  static Warehouse create(String neighbourUrl) throws SQLException {
    try (Connection connection = connect(neighbourUrl);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + NAME);
    }
    return new Warehouse(neighbourUrl.substring(0, neighbourUrl.lastIndexOf('/') + 1) + NAME);
  }

  private static Connection connect(String url) throws SQLException {
    return DriverManager.getConnection(url, "postgres", "postgres");
  }

  String jdbcUrl() {
    return jdbcUrl;
  }

  /** 0 while there is no such table. */
  long rows(String table) {
    try (Statement statement = connection.createStatement();
        ResultSet tables =
            statement.executeQuery("SELECT to_regclass('%s') IS NULL".formatted(table))) {
      tables.next();
      if (tables.getBoolean(1)) {
        return 0;
      }
      try (ResultSet count = statement.executeQuery("SELECT count(*) FROM " + table)) {
        count.next();
        return count.getLong(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
