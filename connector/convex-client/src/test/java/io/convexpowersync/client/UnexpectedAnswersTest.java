package io.convexpowersync.client;

import static io.convexpowersync.client.Calls.failure;
import static io.convexpowersync.client.Pages.ONLY_TASKS;
import static io.convexpowersync.client.Pages.SNAPSHOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.client.ConvexException.Kind;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of success that break off, or are not what the API promises. */
class UnexpectedAnswersTest {
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

  private void readPage() {
    try (DocumentReader<DeltaPageEnd> page = deployment.documentDeltas(1, Selection.EVERYTHING)) {
      Pages.readAll(page);
    }
  }
}
