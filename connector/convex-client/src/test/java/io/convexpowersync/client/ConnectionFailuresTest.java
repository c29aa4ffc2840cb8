package io.convexpowersync.client;

import static io.convexpowersync.client.Calls.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.client.ConvexException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that fail before there is an answer. */
class ConnectionFailuresTest {
  private FakeServer server;
  private HttpConvexDeployment deployment;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
    deployment = new HttpConvexDeployment(Pages.config(server.url()));
  }

  @AfterEach
  void stop() throws IOException {
    deployment.close();
    server.close();
  }

  @Test
  void takesARefusedConnectionForTransient() throws IOException {
    server.close();

    ConvexException e = failure(() -> deployment.tables());

    assertThat(e.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(e).hasMessageContaining("no connection").hasMessageContaining(server.url());
  }

  @Test
  void namesAnUnknownHost() {
    try (HttpConvexDeployment nobody =
        new HttpConvexDeployment(Pages.config("http://nobody.invalid"))) {
      ConvexException e = failure(nobody::tables);

      assertThat(e.kind()).isEqualTo(Kind.TRANSIENT);
      assertThat(e).hasMessageContaining("http://nobody.invalid").hasMessageContaining("DNS");
    }
  }

  @Test
  void tellsThatThePeerDoesNotSpeakHttp() {
    server.then(FakeServer.raw("SSH-2.0-OpenSSH_9.6\r\n"));
    server.then(FakeServer.raw("SSH-2.0-OpenSSH_9.6\r\n"));

    ConvexException e = failure(() -> deployment.tables());

    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
    assertThat(e).hasMessageContaining("does not speak HTTP");
  }

  @Test
  void tellsThatTlsWasTriedOnAPlainPort() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Thread server = new Thread(() -> sayPlainly(plain));
      server.start();
      try (HttpConvexDeployment tls =
          new HttpConvexDeployment(Pages.config("https://127.0.0.1:" + plain.getLocalPort()))) {
        ConvexException e = failure(tls::tables);

        assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(e).hasMessageContaining("http://");
      }
      plain.close();
      server.join();
    }
  }

  @Test
  void tellsThatACertificateIsNotTrusted(@TempDir Path directory) throws Exception {
    try (ServerSocket listener = selfSigned(directory.resolve("own.p12"))) {
      Thread server = new Thread(() -> sayPlainly(listener));
      server.start();
      try (HttpConvexDeployment tls =
          new HttpConvexDeployment(Pages.config("https://127.0.0.1:" + listener.getLocalPort()))) {
        ConvexException e = failure(tls::tables);

        assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
        assertThat(e).hasMessageContaining("trust store");
      }
      listener.close();
      server.join();
    }
  }

  private static ServerSocket selfSigned(Path store) throws Exception {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    String options =
        "-genkeypair -alias own -keyalg EC -dname CN=localhost -storetype PKCS12 -storepass changeit";
    List<String> command = new ArrayList<>(List.of(keytool.toString()));
    command.addAll(List.of(options.split(" ")));
    command.addAll(List.of("-keystore", store.toString()));
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context
        .getServerSocketFactory()
        .createServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
  }

  /** Answers whatever comes with an error of HTTP, until the listener is closed. */
  private static void sayPlainly(ServerSocket listener) {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        socket.getInputStream().read();
        socket
            .getOutputStream()
            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // The client refused the connection, or the test is over.
      }
    }
  }
}
