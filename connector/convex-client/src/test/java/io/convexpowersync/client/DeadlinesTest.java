package io.convexpowersync.client;

import static io.convexpowersync.client.Calls.failure;
import static io.convexpowersync.client.Pages.ONLY_TASKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.client.ConvexException.Kind;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeadlinesTest {
  private static final String HEAD = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";

  private FakeServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void endsASmallCallAsAWholeHoweverItDribbles() {
    server.then(FakeServer.slowly(100, List.of(HEAD, "{", " ", " ", " ", " ", " ", " ", "}")));

    try (HttpConvexDeployment deployment = deployment(400, 20_000)) {
      ConvexException e = failure(deployment::headTimestamp);

      assertThat(e.kind()).isEqualTo(Kind.TRANSIENT);
      assertThat(e).hasMessageContaining("not finished within 400 ms");
    }
  }

  @Test
  void endsAPageThatSendsNothingAtAll() {
    server.then(FakeServer.stall(""));

    try (HttpConvexDeployment deployment = deployment(20_000, 300)) {
      ConvexException e = failure(() -> deployment.documentDeltas(1, ONLY_TASKS));

      assertThat(e.kind()).isEqualTo(Kind.TRANSIENT);
      assertThat(e).hasMessageContaining("no byte of an answer for 300 ms");
    }
  }

  @Test
  void endsAPageThatStallsHalfWay() {
    server.then(FakeServer.stall(HEAD + "{\"values\":[" + Pages.row("a", "")));

    try (HttpConvexDeployment deployment = deployment(20_000, 300);
        DocumentReader<DeltaPageEnd> page = deployment.documentDeltas(1, ONLY_TASKS)) {
      assertThat(page.next().id()).isEqualTo("a");
      assertThat(failure(page::next).kind()).isEqualTo(Kind.TRANSIENT);
    }
  }

  @Test
  void letsAPageTakeAsLongAsItKeepsComing() {
    String page = Pages.deltaPage(5, Pages.row("a", ""));
    int half = page.length() / 2;
    server.then(
        FakeServer.slowly(200, List.of(HEAD, page.substring(0, half), page.substring(half))));

    try (HttpConvexDeployment deployment = deployment(100, 20_000);
        DocumentReader<DeltaPageEnd> reader = deployment.documentDeltas(1, ONLY_TASKS)) {
      assertThat(Pages.readAll(reader)).hasSize(1);
    }
  }

  @Test
  void closingAbortsACallThatWaitsForItsAnswer() throws Exception {
    server.then(FakeServer.stall(""));
    HttpConvexDeployment deployment = deployment(20_000, 20_000);
    CompletableFuture<ConvexException> waiting =
        CompletableFuture.supplyAsync(
            () -> failure(() -> deployment.documentDeltas(1, ONLY_TASKS)));
    awaitRequest();

    deployment.close();

    assertThat(waiting.get(10, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CLOSED);
    assertThat(failure(deployment::headTimestamp).kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void closingAbortsAPageThatIsBeingRead() throws Exception {
    server.then(FakeServer.stall(HEAD + "{\"values\":[" + Pages.row("a", "")));
    HttpConvexDeployment deployment = deployment(20_000, 20_000);
    DocumentReader<DeltaPageEnd> page = deployment.documentDeltas(1, ONLY_TASKS);
    page.next();
    CompletableFuture<ConvexException> waiting =
        CompletableFuture.supplyAsync(() -> failure(page::next));

    deployment.close();

    assertThat(waiting.get(10, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CLOSED);
    page.close();
  }

  @Test
  void closingAPageAbortsOnlyThatPage() throws Exception {
    server
        .then(FakeServer.stall(HEAD + "{\"values\":[" + Pages.row("a", "")))
        .then(FakeServer.json("{\"byComponent\":{}}"));
    try (HttpConvexDeployment deployment = deployment(20_000, 20_000)) {
      DocumentReader<DeltaPageEnd> page = deployment.documentDeltas(1, ONLY_TASKS);
      page.next();
      CompletableFuture<ConvexException> waiting =
          CompletableFuture.supplyAsync(() -> failure(page::next));

      page.close();

      assertThat(waiting.get(10, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CLOSED);
      assertThat(deployment.tables()).isEmpty();
    }
  }

  @Test
  void anAbandonedPageDisturbsNoLaterCall() {
    String[] rows = new String[5_000];
    Arrays.fill(rows, Pages.row("a", ""));
    server
        .then(FakeServer.json(Pages.deltaPage(5, rows)))
        .then(FakeServer.json("{\"byComponent\":{}}"));
    try (HttpConvexDeployment deployment = deployment(5_000, 5_000)) {
      try (DocumentReader<DeltaPageEnd> page = deployment.documentDeltas(1, ONLY_TASKS)) {
        page.next();
      }

      assertThat(deployment.tables()).isEmpty();
    }
  }

  @Test
  void anInterruptedThreadLeavesItsCall() throws Exception {
    server.then(FakeServer.stall(""));
    try (HttpConvexDeployment deployment = deployment(20_000, 20_000)) {
      CompletableFuture<ConvexException> waiting = new CompletableFuture<>();
      Thread caller =
          new Thread(
              () -> waiting.complete(failure(() -> deployment.documentDeltas(1, ONLY_TASKS))));
      caller.start();
      awaitRequest();

      caller.interrupt();
      // OkHttp looks at the flag when a read returns; breaking the connection makes it return.
      server.close();

      assertThat(waiting.get(10, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CLOSED);
    }
  }

  private void awaitRequest() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (server.received().isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private HttpConvexDeployment deployment(int callMs, int stallMs) {
    return new HttpConvexDeployment(
        Pages.config(server.url()).withTimeouts(new ClientTimeouts(5_000, callMs, stallMs)));
  }
}
