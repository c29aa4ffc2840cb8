package io.convexpowersync.standalone.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.standalone.config.PostgresAddress;
import io.convexpowersync.standalone.config.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerIT {
  @TempDir Path directory;

  @Test
  void keepsItsDataOverARestart() throws SQLException {
    try (PostgresServer server = PostgresServer.durable(directory, 0)) {
      execute(server.address(), "CREATE TABLE kept AS SELECT 42 AS answer");
    }
    try (PostgresServer server = PostgresServer.durable(directory, 0)) {
      assertThat(query(server.address(), "SELECT answer FROM kept")).isEqualTo("42");
    }
  }

  @Test
  void refusesASecondRunnerOnTheSameDirectory() {
    try (PostgresServer server = PostgresServer.durable(directory, 0)) {
      assertThat(server.address().jdbcUrl()).contains("127.0.0.1");
      assertThatThrownBy(() -> PostgresServer.durable(directory, 0))
          .isInstanceOf(ServerException.class)
          .hasMessageContaining("is in use by another runner (process ")
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
    }
  }

  @Test
  void wantsAPassword() {
    try (PostgresServer server = PostgresServer.durable(directory, 0)) {
      PostgresAddress wrong =
          new PostgresAddress(
              server.address().jdbcUrl(),
              server.address().user(),
              Optional.of(new Secret("wrong")));
      assertThatThrownBy(() -> query(wrong, "SELECT 1")).hasMessageContaining("password");
    }
  }

  @Test
  void saysWhichPortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> PostgresServer.durable(directory, taken.getLocalPort()))
          .isInstanceOf(ServerException.class)
          .hasMessageContaining("did not start")
          .hasMessageContaining("Choose another port");
    }
  }

  @Test
  void aDisposableServerLeavesNothing() throws SQLException {
    Path data;
    try (PostgresServer server = PostgresServer.disposable()) {
      data = Path.of(query(server.address(), "SHOW data_directory"));
      assertThat(data).exists();
    }
    assertThat(data.getParent()).doesNotExist();
  }

  @Test
  void takesAPidFileOfADeadServerAway() throws IOException, SQLException {
    PostgresServer.durable(directory, 0).close();
    // The id of a live process that is not PostgreSQL: ids are used again after a reboot.
    Files.writeString(
        directory.resolve("data/postmaster.pid"), ProcessHandle.current().pid() + "\n");
    try (PostgresServer server = PostgresServer.durable(directory, 0)) {
      assertThat(query(server.address(), "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void replacesAServerWhoseSupervisorWasKilled() throws IOException, SQLException {
    PostgresServer orphan = PostgresServer.durable(directory, 0);
    execute(orphan.address(), "CREATE TABLE kept AS SELECT 42 AS answer");
    long supervisor = Long.parseLong(Files.readString(directory.resolve("supervisor.pid")).strip());
    ProcessHandle.of(supervisor).orElseThrow().destroyForcibly();
    long server =
        Long.parseLong(Files.readAllLines(directory.resolve("data/postmaster.pid")).get(0));
    orphan.close();
    assertThat(ProcessHandle.of(server)).isPresent();

    try (PostgresServer next = PostgresServer.durable(directory, 0)) {
      assertThat(query(next.address(), "SELECT answer FROM kept")).isEqualTo("42");
    }
  }

  private static void execute(PostgresAddress address, String sql) throws SQLException {
    try (Connection connection = connect(address);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(PostgresAddress address, String sql) throws SQLException {
    try (Connection connection = connect(address);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static Connection connect(PostgresAddress address) throws SQLException {
    return DriverManager.getConnection(
        address.jdbcUrl(), address.user().orElseThrow(), address.password().orElseThrow().reveal());
  }
}
