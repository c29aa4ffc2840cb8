package io.convexpowersync.storage;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyIn;

/** One database connection with short forms of what this package does with it. */
final class Session implements AutoCloseable {
  /** Reads one row of a result. */
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Work inside a transaction. */
  interface Work<T> {
    T run(Session session) throws SQLException;
  }

  private record Deferred(String sql, Object[] parameters) {}

  private final Connection connection;
  private final List<Deferred> deferred = new ArrayList<>();

  Session(Connection connection) {
    this.connection = connection;
  }

  <T> List<T> query(String sql, RowReader<T> reader, Object... parameters) throws SQLException {
    try (PreparedStatement statement = run(sql, parameters);
        ResultSet rows = statement.getResultSet()) {
      List<T> result = new ArrayList<>();
      while (rows.next()) {
        result.add(reader.read(rows));
      }
      return result;
    }
  }

  /** The first row, if any. */
  <T> Optional<T> first(String sql, RowReader<T> reader, Object... parameters) throws SQLException {
    return query(sql, reader, parameters).stream().findFirst();
  }

  /** The first row of a query that always has one. */
  <T> T one(String sql, RowReader<T> reader, Object... parameters) throws SQLException {
    return query(sql, reader, parameters).get(0);
  }

  int update(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = run(sql, parameters)) {
      return statement.getUpdateCount();
    }
  }

  /**
   * Updates inside the open transaction, before whatever follows and together with it: that saves a
   * round trip. An error is thrown by what follows.
   */
  void updateLater(String sql, Object... parameters) {
    deferred.add(new Deferred(sql, parameters));
  }

  /** Sends what was deferred, if anything was. */
  void flush() throws SQLException {
    if (!deferred.isEmpty()) {
      Deferred last = deferred.remove(deferred.size() - 1);
      run(last.sql(), last.parameters()).close();
    }
  }

  /** Runs a statement, or several separated by semicolons, without parameters. */
  void execute(String sql) throws SQLException {
    flush();
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** For streaming reads: rows come in portions of {@code fetchSize}; needs a transaction. */
  <T> void stream(String sql, int fetchSize, RowReader<T> reader, Object... parameters)
      throws SQLException {
    flush();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, 0, parameters);
      statement.setFetchSize(fetchSize);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          reader.read(rows);
        }
      }
    }
  }

  /** Payloads of notifications; waits for the first, up to a time in milliseconds above 0. */
  List<String> notifications(int timeoutMs) throws SQLException {
    PGNotification[] received = connection.unwrap(PGConnection.class).getNotifications(timeoutMs);
    return received == null
        ? List.of()
        : Arrays.stream(received).map(PGNotification::getParameter).toList();
  }

  CopyIn copyIn(String sql) throws SQLException {
    flush();
    return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
  }

  /** Commits unless the work throws. */
  <T> T inTransaction(Work<T> work) throws SQLException {
    connection.setAutoCommit(false);
    try {
      T result = work.run(this);
      flush();
      connection.commit();
      return result;
    } catch (SQLException | RuntimeException e) {
      rollbackQuietly(e);
      throw e;
    } finally {
      resetAutoCommit();
    }
  }

  void begin() throws SQLException {
    connection.setAutoCommit(false);
  }

  void commit() throws SQLException {
    flush();
    connection.commit();
    connection.setAutoCommit(true);
  }

  void rollback() throws SQLException {
    deferred.clear();
    connection.rollback();
    connection.setAutoCommit(true);
  }

  boolean inTransaction() throws SQLException {
    return !connection.getAutoCommit();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /** Closes while something else has failed already. */
  void closeQuietly(Exception cause) {
    try {
      close();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private void rollbackQuietly(Exception cause) {
    deferred.clear();
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private void resetAutoCommit() throws SQLException {
    if (!connection.isClosed()) {
      connection.setAutoCommit(true);
    }
  }

  /** Runs what was deferred and a statement; its result is the statement's. */
  private PreparedStatement run(String sql, Object... parameters) throws SQLException {
    List<Deferred> first = List.copyOf(deferred);
    deferred.clear();
    StringBuilder all = new StringBuilder();
    first.forEach(update -> all.append(update.sql()).append(";\n"));
    PreparedStatement statement = connection.prepareStatement(all.append(sql).toString());
    try {
      int bound = 0;
      for (Deferred update : first) {
        bound = bind(statement, bound, update.parameters());
      }
      bind(statement, bound, parameters);
      statement.execute();
      for (int i = 0; i < first.size(); i++) {
        statement.getMoreResults();
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  /** Returns how many are bound now. */
  private int bind(PreparedStatement statement, int bound, Object... parameters)
      throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      bindOne(statement, bound + i + 1, parameters[i]);
    }
    return bound + parameters.length;
  }

  private void bindOne(PreparedStatement statement, int index, Object value) throws SQLException {
    if (value instanceof String[] texts) {
      statement.setArray(index, connection.createArrayOf("text", texts));
    } else if (value instanceof byte[][] blobs) {
      statement.setArray(index, connection.createArrayOf("bytea", blobs));
    } else if (value instanceof UUID || value instanceof Number || value instanceof Boolean) {
      statement.setObject(index, value);
    } else if (value instanceof byte[] bytes) {
      statement.setBytes(index, bytes);
    } else {
      statement.setString(index, (String) value);
    }
  }

  /** The text of a script beside the classes. */
  static String script(String name) {
    try (var in = Session.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException("Cannot read the resource " + name, e);
    }
  }
}
