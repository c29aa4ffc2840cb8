package io.convexpowersync.standalone;

import io.convexpowersync.standalone.config.PostgresAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Reaches into a database behind everybody's back. */
final class Sql {
  /** Runs a statement; returns the number of rows that it changed. */
  static int execute(PostgresAddress address, String sql) {
    try (Connection connection = connect(address);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return statement.getUpdateCount();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** The number that a query yields. */
  static int count(PostgresAddress address, String sql) {
    try (Connection connection = connect(address);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static Connection connect(PostgresAddress address) throws SQLException {
    return DriverManager.getConnection(
        address.jdbcUrl(), address.user().orElseThrow(), address.password().orElseThrow().reveal());
  }

  private Sql() {}
}
