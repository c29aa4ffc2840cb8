package io.convexpowersync.client;

import static io.convexpowersync.client.Pages.ONLY_TASKS;
import static io.convexpowersync.client.Pages.SNAPSHOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.convexpowersync.client.ConvexException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallFailuresTest {
  private static final String HTML = "<html><body>Nothing here</body></html>";
  private static final String CHUNKED =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

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
  void saysWhatFailedWhereWhyAndWhatToDo() {
    server.then(FakeServer.error(400, "InvalidWindowToReadDocuments"));

    ConvexException e = failure(() -> deployment.documentDeltas(1785412800123456789L, ONLY_TASKS));

    assertThat(e.kind()).isEqualTo(Kind.POSITION_LOST);
    assertThat(e.code()).contains("InvalidWindowToReadDocuments");
    assertThat(e)
        .hasMessageContaining("document_deltas")
        .hasMessageContaining("1785412800123456789")
        .hasMessageContaining(server.url())
        .hasMessageContaining("HTTP 400 InvalidWindowToReadDocuments (words of the server)")
        .hasMessageContaining("A new snapshot is needed.");
  }

  @Test
  void namesThePageCursorThatAServerRefused() {
    server.then(FakeServer.error(400, "InvalidListSnapshotCursor"));

    ConvexException e =
        failure(() -> deployment.listSnapshot(SNAPSHOT, Optional.of("{\"x\"}"), ONLY_TASKS));

    assertThat(e.kind()).isEqualTo(Kind.POSITION_LOST);
    assertThat(e).hasMessageContaining("cursor {\"x\"}");
  }

  @Test
  void tellsAWrongHostByAFrameworks404() {
    server.then(FakeServer.empty(404));

    ConvexException e = failure(() -> deployment.tables());

    assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
    assertThat(e).hasMessageContaining(".convex.cloud").hasMessageContaining("3210");
  }

  @Test
  void takesAProxysPageForAnErrorOfTheWay() {
    server.then(FakeServer.answer(502, "text/html", HTML));
    server.then(FakeServer.answer(403, "text/html", HTML));

    ConvexException badGateway = failure(() -> deployment.tables());
    ConvexException forbidden = failure(() -> deployment.tables());

    assertThat(badGateway.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(badGateway).hasMessageContaining("text/html").hasMessageNotContaining("Nothing");
    assertThat(forbidden.kind()).isEqualTo(Kind.CONFIGURATION);
    assertThat(forbidden).hasMessageContaining("not one of Convex");
  }

  @Test
  void takesASuccessfulPageOfAWebSiteForAWrongAddress() {
    server.then(FakeServer.answer(200, "text/html", HTML));
    server.then(FakeServer.answer(200, "text/html", HTML));

    assertThat(failure(() -> deployment.instanceName()).kind()).isEqualTo(Kind.PROTOCOL);
    assertThat(failure(() -> readPage()))
        .hasMessageContaining("Is this the address of a Convex deployment?");
  }

  @Test
  void followsNoRedirect() {
    server.then(FakeServer.answer(302, "text/plain", "", "Location: https://elsewhere.test/"));

    ConvexException e = failure(() -> deployment.tables());

    assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION);
    assertThat(e).hasMessageContaining("https://elsewhere.test/");
    assertThat(server.received()).hasSize(1);
  }

  @Test
  void reportsAnEmptyRequestTimeoutAsTransient() {
    // OkHttp itself repeats a request once after the first of them.
    server.then(FakeServer.empty(408)).then(FakeServer.empty(408));

    ConvexException e = failure(this::readPage);

    assertThat(e.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(e.code()).isEmpty();
    assertThat(e).hasMessageContaining("HTTP 408 without a body");
  }

  @Test
  void exposesRetryAfterInSecondsAndAsADate() {
    server
        .then(FakeServer.answer(429, "text/plain", "", "Retry-After: 7"))
        .then(
            FakeServer.answer(
                503,
                "text/plain",
                "",
                "Date: Sun, 06 Nov 1994 08:49:37 GMT",
                "Retry-After: Sun, 06 Nov 1994 08:50:37 GMT"))
        .then(FakeServer.answer(503, "text/plain", "", "Retry-After: soon"));

    assertThat(failure(() -> deployment.tables()).retryAfter()).contains(Duration.ofSeconds(7));
    assertThat(failure(() -> deployment.tables()).retryAfter()).contains(Duration.ofMinutes(1));
    assertThat(failure(() -> deployment.tables()).retryAfter()).isEmpty();
  }

  @Test
  void keepsTheStatusWhenTheErrorsBodyBreaksOff() {
    server.then(FakeServer.raw("HTTP/1.1 401 No\r\nContent-Length: 100\r\n\r\n{\"code\":\"Bad"));

    assertThat(failure(() -> deployment.tables())).hasMessageContaining("HTTP 401");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"values\":[",
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"values\":[",
        CHUNKED + "b\r\n{\"values\":[\r\n",
        CHUNKED + "b\r\n{\"val",
        CHUNKED,
        "HTTP/1.1 200 OK\r\nContent-Len",
        ""
      })
  void takesACutAnswerForTransient(String answer) {
    // The second one is for OkHttp's silent repetition, where there was no answer at all.
    server.then(FakeServer.raw(answer)).then(FakeServer.raw(answer));

    assertThat(failure(this::readPage).kind()).isEqualTo(Kind.TRANSIENT);
  }

  @Test
  void saysHowFarItCameBeforeTheAnswerBrokeOff() {
    String page = Pages.deltaPage(5, Pages.row("a", ""), Pages.row("b", ""));
    server.then(
        FakeServer.raw(
            CHUNKED + Integer.toHexString(page.length()) + "\r\n" + page.substring(0, 200)));

    assertThat(failure(this::readPage)).hasMessageContaining("after 1 rows");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "null",
        "{\"values\":{},\"cursor\":5,\"hasMore\":false}",
        "{\"values\":[1],\"cursor\":5,\"hasMore\":false}",
        "{\"values\":[],\"cursor\":\"5\",\"hasMore\":false}",
        "{\"values\":[],\"cursor\":1.5e18,\"hasMore\":false}",
        "{\"values\":[],\"cursor\":null,\"hasMore\":false}",
        "{\"values\":[],\"hasMore\":false}",
        "{\"values\":[],\"cursor\":5}",
        "{\"values\":[],\"cursor\":5,\"hasMore\":1}",
        "{\"values\":[],\"cursor\":5,\"hasMore\":false}{}",
        "{\"values\":[}",
        "words"
      })
  void refusesAPageThatIsNotWhatTheApiPromises(String page) {
    server.then(FakeServer.json(page));

    assertThat(failure(this::readPage).kind()).isEqualTo(Kind.PROTOCOL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"values\":[],\"snapshot\":1,\"cursor\":null,\"hasMore\":false}",
        "{\"values\":[],\"cursor\":null,\"hasMore\":false}",
        "{\"values\":[],\"snapshot\":1785412800123456789,\"cursor\":null,\"hasMore\":true}",
        "{\"values\":[],\"snapshot\":1785412800123456789,\"cursor\":\"c\",\"hasMore\":false}",
        "{\"values\":[],\"snapshot\":1785412800123456789,\"cursor\":5,\"hasMore\":true}"
      })
  void refusesASnapshotPageThatContradictsTheRequestOrItself(String page) {
    server.then(FakeServer.json(page));

    ConvexException e =
        failure(
            () ->
                Pages.readAll(
                    deployment.listSnapshot(SNAPSHOT, Optional.empty(), Selection.EVERYTHING)));

    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
  }

  @Test
  void readsAPageWhoseFieldsComeInAnotherOrder() {
    server.then(
        FakeServer.json(
            "{\"hasMore\":true,\"more\":{\"values\":[]},\"cursor\":5,\"values\":[],\"x\":1}"));

    try (DocumentReader<DeltaPageEnd> page = deployment.documentDeltas(1, ONLY_TASKS)) {
      assertThat(page.next()).isNull();
      assertThat(page.end()).isEqualTo(new DeltaPageEnd(5, true));
    }
  }

  @Test
  void failsInTheSameWayAgainAfterAFailure() {
    server.then(FakeServer.json("{\"values\":[1]}"));

    try (DocumentReader<DeltaPageEnd> page = deployment.documentDeltas(1, ONLY_TASKS)) {
      ConvexException first = failure(page::next);
      assertThat(failure(page::next)).isSameAs(first);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{\"ts\":\"AA==\"}", "{\"ts\":\"?\"}", "{\"ts\":5}", "[]", "words", ""})
  void refusesAHeadThatIsNone(String answer) {
    server.then(FakeServer.json(answer));

    assertThat(failure(() -> deployment.headTimestamp()).kind()).isEqualTo(Kind.PROTOCOL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", "{\"byComponent\":[]}", "{\"byComponent\":{\"\":[{}]}}", ""})
  void refusesTablesThatAreNone(String answer) {
    server.then(FakeServer.json(answer));

    assertThat(failure(() -> deployment.tables()).kind()).isEqualTo(Kind.PROTOCOL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", "{\"status\":\"maybe\"}", ""})
  void refusesAFunctionsResultThatIsNone(String answer) {
    server.then(FakeServer.json(answer));

    assertThat(failure(() -> deployment.mutation("a:b", "{}")).kind()).isEqualTo(Kind.PROTOCOL);
  }

  @Test
  void neverSendsAMutationTwice() {
    server.then(FakeServer.json("{\"byComponent\":{}}")).then(FakeServer.raw(""));
    deployment.tables();

    ConvexException e = failure(() -> deployment.mutation("a:b", "{}"));

    assertThat(e.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(server.received()).hasSize(2);
  }

  @Test
  void repeatsAReadOnADeadConnectionWithoutAWord() {
    server
        .then(FakeServer.json("{\"byComponent\":{}}"))
        .then(FakeServer.raw(""))
        .then(FakeServer.json("{\"byComponent\":{}}"));
    deployment.tables();

    assertThat(deployment.tables()).isEmpty();
    assertThat(server.received()).hasSize(3);
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

  @Test
  void tellsThatThePeerDoesNotSpeakHttp() {
    server.then(FakeServer.raw("SSH-2.0-OpenSSH_9.6\r\n"));
    server.then(FakeServer.raw("SSH-2.0-OpenSSH_9.6\r\n"));

    ConvexException e = failure(() -> deployment.tables());

    assertThat(e.kind()).isEqualTo(Kind.PROTOCOL);
    assertThat(e).hasMessageContaining("does not speak HTTP");
  }

  private void readPage() {
    try (DocumentReader<DeltaPageEnd> page = deployment.documentDeltas(1, Selection.EVERYTHING)) {
      Pages.readAll(page);
    }
  }

  private static ConvexException failure(ThrowingCallable call) {
    return catchThrowableOfType(ConvexException.class, call);
  }
}
