package io.convexpowersync.storage;

import io.convexpowersync.storage.StorageException.Kind;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The start-up check: is this a schema, and are these streams, that the writer can write? */
final class SchemaCheck {
  private static final String MIGRATE =
      " Run `migrate up` of the PowerSync Service's image that serves from this database, or use"
          + " schema.mode=create where there is no service.";

  private static final String COLUMNS =
      """
      SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
             a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS mandatory
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'powersync' AND c.relkind IN ('r', 'p')
        AND a.attnum > 0 AND NOT a.attisdropped
      """;

  private record Column(String type, boolean mandatory) {}

  private SchemaCheck() {}

  static void check(Database database) {
    database.call(
        "Checking the schema powersync",
        session -> {
          checkMigrations(session, database.config());
          checkColumns(session);
          return null;
        });
  }

  private static void checkMigrations(Session session, StorageConfig config) throws SQLException {
    boolean migrated =
        session.one("SELECT to_regclass('powersync.migrations')", r -> r.getString(1) != null);
    if (!migrated) {
      throw refuse(
          "The database has no PowerSync storage: powersync.migrations is missing." + MIGRATE);
    }
    Optional<String> newest =
        session
            .query(
                "SELECT last_run FROM powersync.migrations ORDER BY id LIMIT 1",
                row -> Optional.ofNullable(row.getString(1)))
            .stream()
            .findFirst()
            .flatMap(name -> name);
    if (newest.isEmpty()) {
      throw refuse("The migrations of the schema powersync have not finished." + MIGRATE);
    }
    checkNewest(newest.get(), config);
  }

  private static void checkNewest(String newest, StorageConfig config) {
    if (newest.equals(Migrations.NEWEST) || config.acceptedMigrations().contains(newest)) {
      return;
    }
    if (Migrations.NAMES.contains(newest)) {
      throw refuse(
          """
          The schema powersync is older than this writer needs: it was migrated to %s, needed is \
          %s."""
                  .formatted(newest, Migrations.NEWEST)
              + MIGRATE);
    }
    throw refuse(
        """
        The schema powersync was migrated to %s by a PowerSync Service that this writer was not \
        tested with (newest tested: %s). Use a service image of that version, upgrade this \
        software, or accept the migration by name in the configuration."""
            .formatted(newest, Migrations.NEWEST));
  }

  private static void checkColumns(Session session) throws SQLException {
    Map<String, Map<String, Column>> found = new HashMap<>();
    session.query(
        COLUMNS,
        row ->
            found
                .computeIfAbsent(row.getString(1), table -> new HashMap<>())
                .put(row.getString(2), new Column(row.getString(3), row.getBoolean(4))));
    ExpectedSchema.TABLES.forEach(
        (table, columns) -> checkTable(table, columns, found.getOrDefault(table, Map.of())));
  }

  private static void checkTable(
      String table, Map<String, String> expected, Map<String, Column> found) {
    if (found.isEmpty()) {
      throw refuse("The table powersync." + table + " is missing." + MIGRATE);
    }
    expected.forEach(
        (column, type) -> {
          Column actual = found.get(column);
          if (actual == null || !actual.type().equals(type)) {
            throw refuse(
                "The column powersync.%s.%s is %s, needed is %s."
                        .formatted(table, column, actual == null ? "missing" : actual.type(), type)
                    + MIGRATE);
          }
        });
    found.forEach(
        (column, actual) -> {
          if (actual.mandatory() && !expected.containsKey(column)) {
            throw refuse(
                """
                The column powersync.%s.%s is mandatory, and this writer does not know it. Use a \
                service image of the tested version, or upgrade this software."""
                    .formatted(table, column));
          }
        });
  }

  private static StorageException refuse(String message) {
    return new StorageException(Kind.CONFIGURATION, message);
  }
}
