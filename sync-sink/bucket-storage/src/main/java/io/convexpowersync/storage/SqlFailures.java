package io.convexpowersync.storage;

import io.convexpowersync.storage.StorageException.Kind;
import java.sql.SQLException;
import java.util.Set;
import javax.net.ssl.SSLException;

/** Turns SQL errors into {@link StorageException}s: whether to try again, and what to do. */
final class SqlFailures {
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String QUERY_CANCELED = "57014";
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final String UNDEFINED_TABLE = "42P01";
  private static final String UNDEFINED_SCHEMA = "3F000";
  private static final String DATABASE_MISSING = "3D000";
  private static final String READ_ONLY = "25006";
  private static final String CONNECTION_REJECTED = "08004";
  private static final Set<String> AUTHENTICATION = Set.of("28000", "28P01");

  private static final Set<String> TRANSIENT =
      Set.of("40001", "40P01", "40003", LOCK_NOT_AVAILABLE, QUERY_CANCELED, "25P03");

  /** Connection, insufficient resources, operator intervention, system error. */
  private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "53", "57", "58");

  private SqlFailures() {}

  /**
   * @param what what was being done, such as {@code Writing stream 7}
   */
  static StorageException translate(String what, SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    Kind kind = isTransient(state) ? Kind.TRANSIENT : Kind.CONFIGURATION;
    return new StorageException(
        kind, what + " failed: " + firstLine(e) + " [" + state + "]. " + remedy(e, state, kind), e);
  }

  /** Whether the connection cannot be used any more. */
  static boolean connectionLost(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return state.startsWith("08") || state.startsWith("57P") || state.equals("25P03");
  }

  static boolean isLockTimeout(SQLException e) {
    return LOCK_NOT_AVAILABLE.equals(e.getSQLState());
  }

  private static boolean isTransient(String state) {
    return TRANSIENT.contains(state)
        || (state.length() == 5 && TRANSIENT_CLASSES.contains(state.substring(0, 2)));
  }

  private static String remedy(SQLException e, String state, Kind kind) {
    if (AUTHENTICATION.contains(state)) {
      return "Check the database user and password.";
    }
    if (CONNECTION_REJECTED.equals(state) || state.startsWith("08") && isAboutTls(e)) {
      return "The server was reached: check the TLS options of the URL (sslmode, sslrootcert), the"
          + " user and the password.";
    }
    return switch (state) {
      case DATABASE_MISSING -> "Create the database, or correct the URL.";
      case INSUFFICIENT_PRIVILEGE ->
          "Grant the database user what it lacks in the schemas powersync and convex_powersync, or"
              + " the right to create them.";
      case UNDEFINED_TABLE, UNDEFINED_SCHEMA ->
          "Create the schema: run `migrate up` of the PowerSync Service, or use"
              + " schema.mode=create.";
      case READ_ONLY -> "Connect to the primary server, not to a replica.";
      default ->
          kind == Kind.TRANSIENT
              ? "Check that PostgreSQL is running and reachable; then try again."
              : "See the PostgreSQL log for details.";
    };
  }

  /** The driver has no SQLSTATE of its own for it. */
  private static boolean isAboutTls(SQLException e) {
    return e.getCause() instanceof SSLException || firstLine(e).contains("SSL");
  }

  private static String firstLine(SQLException e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
