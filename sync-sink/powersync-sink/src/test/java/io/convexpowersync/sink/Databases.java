package io.convexpowersync.sink;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A PostgreSQL for a test class, and in it a new database whenever a test wants one. */
final class Databases implements BeforeAllCallback, AfterAllCallback {
  private EmbeddedPostgres postgres;
  private int created;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    postgres = EmbeddedPostgres.start();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    postgres.close();
  }

  /** The JDBC URL of a new database, without user and password: both are {@code postgres}. */
  String create() throws SQLException {
    String name = "test_" + ++created;
    execute("CREATE DATABASE " + name);
    return postgres.getJdbcUrl("postgres", name).replaceAll("\\?.*", "");
  }

  int port() {
    return postgres.getPort();
  }

  /** Runs a statement as the superuser. */
  void execute(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
      connection.createStatement().execute(sql);
    }
  }
}
