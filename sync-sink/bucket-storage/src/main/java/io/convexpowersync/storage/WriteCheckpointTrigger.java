package io.convexpowersync.storage;

import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The triggers on {@code powersync.write_checkpoints} that notify a channel of ours. */
final class WriteCheckpointTrigger {
  private static final Logger LOG = LoggerFactory.getLogger(WriteCheckpointTrigger.class);

  /** Its payload is the lowest head of the rows that a statement wrote: 19 digits. */
  static final String CHANNEL = "convex_powersync_write_checkpoints";

  /** One boolean: whether both triggers are there and fire. */
  static final String INSTALLED =
      """
      (SELECT count(*) = 2 FROM pg_trigger t
         JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_namespace n ON n.oid = f.pronamespace
       WHERE t.tgrelid = to_regclass('powersync.write_checkpoints')
         AND n.nspname = 'convex_powersync' AND t.tgenabled IN ('O', 'A'))
      """;

  private WriteCheckpointTrigger() {}

  /**
   * Installs them unless they are there. They need the bookkeeping's schema. Without them requests
   * are noticed later, so a failure, such as a table that somebody else owns, is no error.
   */
  static void install(Database database) {
    try {
      database.transact(
          "Installing the triggers on powersync.write_checkpoints",
          session -> {
            SchemaCreation.lock(session);
            if (!isInstalled(session)) {
              session.execute(Session.script("write-checkpoint-trigger.sql"));
            }
            return null;
          });
    } catch (StorageException e) {
      LOG.warn("{} Write checkpoint requests are looked for once a second instead", e.getMessage());
    }
  }

  private static boolean isInstalled(Session session) throws SQLException {
    return session.one("SELECT " + INSTALLED, row -> row.getBoolean(1));
  }
}
