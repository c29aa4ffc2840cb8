package io.convexpowersync.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Listens as an API process of the service does. */
final class Notifications implements AutoCloseable {
  private final Connection connection;

  Notifications(TestDatabase database) {
    connection = database.connect();
    try {
      connection.createStatement().execute("LISTEN powersynccheckpoints");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Payloads since the last call, of transactions that have committed. */
  List<String> take() {
    try {
      // The answer to a statement comes after the notifications sent before it.
      connection.createStatement().execute("SELECT 1");
      PGNotification[] received = connection.unwrap(PGConnection.class).getNotifications();
      return received == null
          ? List.of()
          : Arrays.stream(received).map(PGNotification::getParameter).toList();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
