package io.convexpowersync.client;

import static io.convexpowersync.client.Pages.ONLY_TASKS;
import static io.convexpowersync.client.Pages.SNAPSHOT;
import static io.convexpowersync.client.Pages.TASKS;
import static io.convexpowersync.client.Pages.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.client.ConvexException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpConvexDeploymentTest {
  private FakeServer server;
  private HttpConvexDeployment deployment;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
    deployment = new HttpConvexDeployment(Pages.config(server.url() + "/"));
  }

  @AfterEach
  void stop() throws IOException {
    deployment.close();
    server.close();
  }

  @Test
  void readsRowsThenTheEndOfASnapshotPage() {
    server.then(
        FakeServer.json(
            Pages.snapshotPage("\"{\\\"tablet\\\":\\\"x\\\"}\"", Pages.row("a", "\"n\":42.0"))));

    try (DocumentReader<SnapshotPageEnd> page =
        deployment.listSnapshot(SNAPSHOT, Optional.empty(), ONLY_TASKS)) {
      assertThatThrownBy(page::end).isInstanceOf(IllegalStateException.class);
      assertThat(page.next())
          .isEqualTo(
              new ConvexDocument(
                  TASKS, "a", 1785412799918273645L, false, Pages.document("a", "\"n\":42.0")));
      assertThat(page.next()).isNull();
      assertThat(page.next()).isNull();
      assertThat(page.end())
          .isEqualTo(new SnapshotPageEnd(SNAPSHOT, Optional.of("{\"tablet\":\"x\"}")));
    }
  }

  @Test
  void readsUpsertsAndTombstonesOfADeltaPage() {
    String tombstone =
        "{\"_component\":\"\",\"_table\":\"tasks\",\"_ts\":1785412801000000001,"
            + "\"_deleted\":true,\"_id\":\"b\"}";
    String upsert = Pages.row("a", "").replace("\"_creation", "\"_deleted\":false,\"_creation");
    server.then(FakeServer.json(Pages.deltaPage(1785412806004217733L, upsert, tombstone)));

    try (DocumentReader<DeltaPageEnd> page = deployment.documentDeltas(SNAPSHOT, ONLY_TASKS)) {
      assertThat(readAll(page))
          .containsExactly(
              new ConvexDocument(TASKS, "a", 1785412799918273645L, false, Pages.document("a", "")),
              new ConvexDocument(TASKS, "b", 1785412801000000001L, true, null));
      assertThat(page.end()).isEqualTo(new DeltaPageEnd(1785412806004217733L, false));
    }
  }

  @Test
  void sendsAnExactSelectionWithTheSnapshotAndNoCursorAtFirst() {
    server.then(FakeServer.json(Pages.snapshotPage("null")));
    Selection selection =
        new Selection(List.of(new TableRef("waitlist", "entries"), TASKS, new TableRef("", "a")));

    readAll(deployment.listSnapshot(SNAPSHOT, Optional.empty(), selection));

    FakeServer.Received request = server.last();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.target()).isEqualTo("/api/list_snapshot");
    assertThat(request.headers())
        .containsEntry("authorization", "Convex " + Pages.KEY)
        .containsEntry("convex-client", "kafka-connect-convex-1.2.3")
        .containsEntry("content-type", "application/json")
        .containsEntry("accept-encoding", "gzip");
    assertThat(request.body())
        .isEqualTo(
            "{\"snapshot\":1785412800123456789,\"format\":\"export_json\",\"selection\":"
                + "{\"_other\":\"excluded\","
                + "\"\":{\"_other\":\"excluded\",\"a\":{\"_other\":\"included\"},"
                + "\"tasks\":{\"_other\":\"included\"}},"
                + "\"waitlist\":{\"_other\":\"excluded\",\"entries\":{\"_other\":\"included\"}}}}");
  }

  @Test
  void excludesColumnsOfSelectedTables() {
    server.then(FakeServer.json(Pages.snapshotPage("null")));
    Selection selection =
        Pages.ONLY_TASKS.without(
            Map.of(TASKS, Set.of("secret", "b"), new TableRef("", "other"), Set.of("c")));

    readAll(deployment.listSnapshot(SNAPSHOT, Optional.empty(), selection));

    assertThat(server.last().body())
        .endsWith(
            "\"selection\":{\"_other\":\"excluded\",\"\":{\"_other\":\"excluded\","
                + "\"tasks\":{\"_other\":\"included\",\"b\":\"excluded\","
                + "\"secret\":\"excluded\"}}}}");
  }

  @Test
  void excludesColumnsOfEverything() {
    server.then(FakeServer.json(Pages.snapshotPage("null")));
    Selection selection = Selection.EVERYTHING.without(Map.of(TASKS, Set.of("secret")));

    readAll(deployment.listSnapshot(SNAPSHOT, Optional.empty(), selection));

    assertThat(server.last().body())
        .endsWith(
            "\"selection\":{\"_other\":\"included\",\"\":{\"_other\":\"included\","
                + "\"tasks\":{\"_other\":\"included\",\"secret\":\"excluded\"}}}}");
  }

  @Test
  void theIdCannotBeExcluded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Selection.EVERYTHING.without(Map.of(TASKS, Set.of("_id"))));
  }

  @Test
  void replaysAPageCursorByteForByte() {
    server.then(FakeServer.json(Pages.snapshotPage("null")));

    readAll(
        deployment.listSnapshot(
            SNAPSHOT, Optional.of("{\"tablet\":\"\u00e4\"}"), Selection.EVERYTHING));

    assertThat(server.last().body())
        .isEqualTo(
            "{\"snapshot\":1785412800123456789,\"cursor\":\"{\\\"tablet\\\":\\\"\u00e4\\\"}\","
                + "\"format\":\"export_json\"}");
  }

  @Test
  void refusesRowsThatWereNotAskedFor() {
    String other = Pages.row("a", "").replace("\"tasks\"", "\"users\"");
    server.then(FakeServer.json(Pages.snapshotPage("null", Pages.row("b", ""), other)));

    try (DocumentReader<SnapshotPageEnd> page =
        deployment.listSnapshot(SNAPSHOT, Optional.empty(), ONLY_TASKS)) {
      assertThat(page.next().id()).isEqualTo("b");
      assertThatThrownBy(page::next)
          .isInstanceOfSatisfying(
              ConvexException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PROTOCOL))
          .hasMessageContaining("'users'");
    }
  }

  @Test
  void fallsBackOnceToTheTaggedEncodingAndRemembers() {
    server
        .then(FakeServer.error(400, "BadFormat"))
        .then(FakeServer.json(Pages.deltaPage(5)))
        .then(FakeServer.json(Pages.deltaPage(5)));

    readAll(deployment.documentDeltas(1, ONLY_TASKS));
    readAll(deployment.documentDeltas(5, ONLY_TASKS));

    assertThat(server.received())
        .extracting(request -> request.body().contains("convex_encoded_json"))
        .containsExactly(false, true, true);
  }

  @Test
  void reusesOneConnectionForAllCalls() {
    for (int i = 0; i < 3; i++) {
      server.then(FakeServer.json(Pages.deltaPage(5, Pages.row("a", ""))));
      try (DocumentReader<DeltaPageEnd> page = deployment.documentDeltas(1, ONLY_TASKS)) {
        readAll(page);
      }
    }
    server.then(FakeServer.error(503, "InternalServerError"));
    assertThatThrownBy(() -> deployment.tables()).isInstanceOf(ConvexException.class);
    server.then(FakeServer.json("{\"byComponent\":{}}"));
    deployment.tables();

    assertThat(server.received()).extracting(FakeServer.Received::connection).containsOnly(1);
  }

  @Test
  void readsGzip() throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(Pages.deltaPage(7, Pages.row("a", "")).getBytes(StandardCharsets.UTF_8));
    }
    server.then(
        out -> {
          FakeServer.head(
              out, 200, "Content-Encoding: gzip\r\n" + FakeServer.length(zipped.size()));
          zipped.writeTo(out);
          return true;
        });

    DocumentReader<DeltaPageEnd> page = deployment.documentDeltas(1, ONLY_TASKS);

    assertThat(readAll(page)).hasSize(1);
    assertThat(page.end().cursor()).isEqualTo(7);
  }

  @Test
  void readsTheHeadAsLittleEndian() {
    server.then(FakeServer.json("{\"ts\":\"Fc1b3fbsxhg=\"}"));

    assertThat(deployment.headTimestamp()).isEqualTo(0x18c6ecf6dd5bcd15L);
    assertThat(server.last().headers()).doesNotContainKey("authorization");
  }

  @Test
  void listsTablesOfAllComponents() {
    server.then(
        FakeServer.json(
            "{\"byComponent\":{\"\":[{\"name\":\"tasks\",\"columns\":[\"_creationTime\",\"_id\"]}],"
                + "\"a/b\":[{\"name\":\"c\",\"columns\":[]}]}}"));

    assertThat(deployment.tables())
        .containsExactly(
            new TableColumns(TASKS, List.of("_creationTime", "_id")),
            new TableColumns(new TableRef("a/b", "c"), List.of()));
  }

  @Test
  void readsTheNameWithoutShowingTheKey() {
    server.then(FakeServer.answer(200, "text/plain", "happy-otter-123\n"));

    assertThat(deployment.instanceName()).isEqualTo("happy-otter-123");
    assertThat(server.last().headers()).doesNotContainKey("authorization");
  }

  @Test
  void readsSchemasByComponent() {
    server.then(FakeServer.json("{\"\":{\"tasks\":{}}}"));

    assertThat(deployment.jsonSchemas()).isEqualTo("{\"\":{\"tasks\":{}}}");
    assertThat(server.last().target())
        .startsWith("/api/json_schemas?")
        .contains("byComponent=true", "format=export_json");
  }

  @Test
  void callsAMutationAndKeepsItsValueAsWritten() {
    server.then(
        FakeServer.json(
            "{\"status\":\"success\",\"value\":{\"a\":[9007199254740993,1e16]},\"logLines\":[]}"));

    assertThat(deployment.mutation("marks:create", "{\"n\":1}"))
        .isEqualTo(new FunctionResult.Success("{\"a\":[9007199254740993,1e16]}"));
    assertThat(server.last().target()).isEqualTo("/api/mutation");
    assertThat(server.last().body())
        .isEqualTo("{\"path\":\"marks:create\",\"args\":{\"n\":1},\"format\":\"json\"}");
  }

  @Test
  void seesThatAFunctionFailedInASuccessfulAnswer() {
    server.then(
        FakeServer.json(
            "{\"status\":\"error\",\"errorMessage\":\"Server Error\",\"errorData\":{\"x\":1.0}}"));

    assertThat(deployment.query("marks:read", "{}"))
        .isEqualTo(new FunctionResult.Failure("Server Error", Optional.of("{\"x\":1.0}")));
  }
}
