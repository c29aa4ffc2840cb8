package io.convexpowersync.client;

import static io.convexpowersync.client.Calls.failure;
import static io.convexpowersync.client.Pages.ONLY_TASKS;
import static io.convexpowersync.client.Pages.SNAPSHOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.client.ConvexException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a refused request becomes: its kind, its words, and whether it is sent again. */
class CallFailuresTest {
  private static final String HTML = "<html><body>Nothing here</body></html>";

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

  private void readPage() {
    try (DocumentReader<DeltaPageEnd> page = deployment.documentDeltas(1, Selection.EVERYTHING)) {
      Pages.readAll(page);
    }
  }
}
