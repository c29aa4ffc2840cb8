package io.convexpowersync.storage;

import io.convexpowersync.storage.StorageException.Kind;
import java.sql.SQLException;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the schema where no PowerSync Service does. A service can take over later: it finds its
 * migrations row and its locks table as its own migration runner would have left them.
 */
final class SchemaCreation {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaCreation.class);

  /** Key of the advisory lock that keeps several creators apart; any constant. */
  private static final long CREATION_LOCK = 0x636f6e7670737763L;

  private static final String TABLE_EXISTS = "SELECT to_regclass(?) IS NOT NULL";
  private static final String LOCK_CREATION = "SELECT pg_advisory_xact_lock(?)";

  private SchemaCreation() {}

  /** Creates both schemas and our triggers unless they are there. */
  static void create(Database database) {
    database.transact(
        "Creating the schema powersync",
        session -> {
          lock(session);
          if (!exists(session, "powersync.migrations")) {
            createPowerSync(session);
            LOG.info("Created schema powersync, migrations up to {}", Migrations.NEWEST);
          }
          createBookkeeping(session);
          return null;
        });
    WriteCheckpointTrigger.install(database);
  }

  static boolean isDone(Database database) {
    return database.call(
        "Looking for the schema powersync", session -> exists(session, "powersync.migrations"));
  }

  static void checkPrivilege(Database database) {
    boolean may =
        database.call(
            "Checking the right to create schemas",
            session ->
                session.one(
                    "SELECT has_database_privilege(current_database(), 'CREATE')",
                    row -> row.getBoolean(1)));
    if (!may) {
      throw new StorageException(
          Kind.CONFIGURATION,
          "The schema powersync is missing, and the database user may not create it. Run `migrate"
              + " up` of the PowerSync Service and use schema.mode=require, or GRANT CREATE ON"
              + " DATABASE to the user.");
    }
  }

  /** Creates our own schema unless it is there. */
  static void ensureBookkeeping(Database database) {
    boolean present =
        database.call(
            "Looking for the schema convex_powersync",
            session -> exists(session, "convex_powersync.streams"));
    if (!present) {
      database.transact(
          "Creating the schema convex_powersync",
          session -> {
            lock(session);
            createBookkeeping(session);
            return null;
          });
    }
  }

  static void lock(Session session) throws SQLException {
    session.one(LOCK_CREATION, row -> null, CREATION_LOCK);
  }

  private static boolean exists(Session session, String table) throws SQLException {
    return session.one(TABLE_EXISTS, row -> row.getBoolean(1), table);
  }

  private static void createBookkeeping(Session session) throws SQLException {
    if (!exists(session, "convex_powersync.streams")) {
      session.execute(Session.script("bookkeeping-schema.sql"));
    }
  }

  private static void createPowerSync(Session session) throws SQLException {
    session.execute("CREATE SCHEMA IF NOT EXISTS powersync");
    session.execute(
        "CREATE TABLE IF NOT EXISTS powersync.locks"
            + " (name text NOT NULL PRIMARY KEY, lock_id uuid NOT NULL, ts timestamptz NOT NULL)");
    lockMigrations(session);
    session.execute(Session.script("powersync-schema.sql"));
    session.execute(
        "CREATE TABLE powersync.migrations"
            + " (id serial PRIMARY KEY, last_run text, log jsonb NOT NULL)");
    session.update(
        "INSERT INTO powersync.migrations (id, last_run, log) VALUES (1, ?, ?::jsonb)",
        Migrations.NEWEST,
        Migrations.log(Instant.now()));
    session.update("DELETE FROM powersync.locks WHERE name = 'migrations'");
  }

  /** Takes the lease that the service's own migration runner takes. */
  private static void lockMigrations(Session session) throws SQLException {
    int taken =
        session.update(
            "INSERT INTO powersync.locks AS l (name, lock_id, ts)"
                + " VALUES ('migrations', gen_random_uuid(), now())"
                + " ON CONFLICT (name) DO UPDATE SET lock_id = EXCLUDED.lock_id, ts = EXCLUDED.ts"
                + " WHERE l.ts < now() - interval '60 seconds'");
    if (taken == 0) {
      throw new StorageException(
          Kind.TRANSIENT,
          "A PowerSync Service is creating the schema powersync right now. Wait until its"
              + " migration has finished; then start again.");
    }
  }
}
