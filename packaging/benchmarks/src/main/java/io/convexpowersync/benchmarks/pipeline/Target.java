package io.convexpowersync.benchmarks.pipeline;

import io.convexpowersync.standalone.config.PostgresAddress;
import io.convexpowersync.standalone.config.Secret;
import io.convexpowersync.standalone.postgres.PostgresServer;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.StorageConfig;
import io.convexpowersync.storage.StreamId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A database of its own with bucket storage in it, and the sync config deployed.
 *
 * @param address where it is
 * @param connection to it
 * @param storage in it
 * @param stream the one that was deployed
 */
record Target(
    PostgresAddress address, Connection connection, BucketStorage storage, StreamId stream)
    implements AutoCloseable {
  static Target create(PostgresServer server, String name) throws IOException, SQLException {
    try (Connection connection = connect(server.address());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    PostgresAddress address =
        new PostgresAddress(
            server.address().jdbcUrl().replaceFirst("/[^/]*$", "/" + name),
            server.address().user(),
            server.address().password());
    BucketStorage storage = open(address);
    storage.createSchema();
    StreamId stream = storage.streams().deploy(resource("sync.yaml"), resource("plan.json"));
    return new Target(address, connect(address), storage, stream);
  }

  /** What clients may see: the LSN as a timestamp (ns); 0 before there is something. */
  long published() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT coalesce(max(last_checkpoint_lsn), '0') FROM powersync.sync_rules"
                    + " WHERE state = 'ACTIVE'")) {
      row.next();
      return Long.parseLong(row.getString(1));
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Target.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static BucketStorage open(PostgresAddress address) {
    return BucketStorage.open(
        StorageConfig.of(
            address.jdbcUrl(),
            address.user().orElse(null),
            address.password().map(Secret::reveal).orElse(null)));
  }

  private static Connection connect(PostgresAddress address) throws SQLException {
    return DriverManager.getConnection(
        address.jdbcUrl(),
        address.user().orElse(null),
        address.password().map(Secret::reveal).orElse(null));
  }

  @Override
  public void close() throws SQLException {
    storage.close();
    connection.close();
  }
}
