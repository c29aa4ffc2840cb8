package io.convexpowersync.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.convexpowersync.storage.StorageException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectionTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** PostgreSQL manual, "Message Formats", SSLRequest. */
  private static final int SSL_REQUEST_BYTES = 8;

  @Test
  void reportsAWrongPasswordWithoutPrintingIt() throws IOException {
    try (TestDatabase database = TestDatabase.create()) {
      database.execute("CREATE ROLE locked LOGIN PASSWORD 'right'");
      Path hba = Path.of(database.one("SHOW hba_file"));
      String rules = Files.readString(hba);
      Files.writeString(hba, "host all locked all scram-sha-256\n" + rules);
      database.execute("SELECT pg_reload_conf()");

      StorageConfig config = StorageConfig.of(database.config().url(), "locked", "wrong-secret");
      StorageException e = failure(config);

      assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
      assertThat(e).hasMessageContaining("Check the database user and password");
      assertThat(e + " " + e.getCause() + config).doesNotContain("wrong-secret");
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void saysThatTheServerDoesNotSpeakTls() {
    StorageException e =
        failure(
            StorageConfig.of(
                TestDatabase.url("postgres") + "?sslmode=verify-full", "postgres", ""));
    assertThat(e).hasMessageContaining("The server was reached").hasMessageContaining("sslmode");
  }

  @Test
  void saysThatTheHandshakeFailed() throws IOException, InterruptedException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread wantsTls = new Thread(() -> acceptTlsWithoutSpeakingIt(server));
      wantsTls.start();
      String url = "jdbc:postgresql://127.0.0.1:" + server.getLocalPort() + "/db?sslmode=require";
      StorageException e =
          failure(StorageConfig.of(url, "postgres", "secret").withTimeouts(TIMEOUT, TIMEOUT));
      wantsTls.join();
      assertThat(e).hasMessageContaining("The server was reached").hasMessageContaining("sslmode");
    }
  }

  @Test
  void reportsAnUnknownDatabase() {
    StorageException e =
        failure(StorageConfig.of(TestDatabase.url("no_such_database"), "postgres", ""));
    assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
    assertThat(e).hasMessageContaining("no_such_database").hasMessageContaining("Create the");
  }

  @Test
  void reportsAServerThatIsDown() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    StorageException e = failure(config(port));
    assertThat(e.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(e).hasMessageContaining("127.0.0.1:" + port).hasMessageContaining("running");
  }

  @Test
  void reportsAServerThatDoesNotAnswerWithinTheTimeout() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      long start = System.nanoTime();
      StorageException e = failure(config(silent.getLocalPort()));
      assertThat(e.kind()).isEqualTo(Kind.TRANSIENT);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.multipliedBy(10));
    }
  }

  @Test
  void refusesAnotherKindOfUrlWithoutPrintingIt() {
    StorageException e =
        failure(StorageConfig.of("postgresql://user:secret@host/db", "user", "secret"));
    assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
    assertThat(e).hasMessageContaining("jdbc:postgresql:");
    assertThat(e.getMessage()).doesNotContain("secret");
  }

  private static void acceptTlsWithoutSpeakingIt(ServerSocket server) {
    try (Socket client = server.accept()) {
      client.getInputStream().readNBytes(SSL_REQUEST_BYTES);
      client.getOutputStream().write("S no handshake".getBytes(StandardCharsets.US_ASCII));
      client.getOutputStream().flush();
      client.shutdownOutput();
      client.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StorageConfig config(int port) {
    return StorageConfig.of("jdbc:postgresql://127.0.0.1:" + port + "/db", "postgres", "secret")
        .withTimeouts(TIMEOUT, TIMEOUT);
  }

  private static StorageException failure(StorageConfig config) {
    return catchThrowableOfType(StorageException.class, () -> BucketStorage.open(config).close());
  }
}
