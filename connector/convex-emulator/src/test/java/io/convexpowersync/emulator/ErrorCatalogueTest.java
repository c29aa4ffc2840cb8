package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorCatalogueTest extends EmulatorTest {
  private static final long DAY = Duration.ofDays(1).toNanos();

  @Override
  EmulatorOptions options() {
    return withManualClock();
  }

  @Override
  void populate() {
    emulator.commit(tx -> tx.insert(TASKS, "{}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /api/document_deltas                        | 400 | DocumentDeltasCursorRequired
          /api/document_deltas?cursor=x               | 400 | BadQueryArgs
          /api/document_deltas?cursor=                | 400 | BadQueryArgs
          /api/document_deltas?cursor=1&cursor=2      | 400 | BadQueryArgs
          /api/document_deltas?cursor=-1              | 500 | InternalServerError
          /api/document_deltas?cursor=1&format=xml    | 400 | BadFormat
          /api/list_snapshot?snapshot=                | 400 | BadQueryArgs
          /api/list_snapshot?snapshot=1.7e18          | 400 | BadQueryArgs
          /api/list_snapshot?snapshot=-1              | 500 | InternalServerError
          /api/list_snapshot?cursor=                  | 400 | InvalidListSnapshotCursor
          /api/list_snapshot?cursor=%7B%7D            | 400 | InvalidListSnapshotCursor
          /api/list_snapshot?snapshot=9999999999999999999 | 400 | BadQueryArgs
          /api/list_snapshot?snapshot=8999999999999999999 | 400 | SnapshotTooNew
          /api/list_snapshot?snapshot=1000000000000000000 | 400 | SnapshotTooOld
          /api/list_snapshot?snapshot=1000000000000000000&format=x | 400 | SnapshotTooOld
          /api/list_snapshot?table_name=a-b           | 500 | InternalServerError
          /api/list_snapshot?table_name=              | 500 | InternalServerError
          /api/json_schemas?deltaSchema=1             | 400 | BadQueryArgs
          /api/json_schemas?byComponent=True          | 400 | BadQueryArgs
          /api/json_schemas?format=x                  | 400 | BadFormat
          """)
  void answersToBadQueries(String path, int status, String code) {
    TestClient.Answer answer = client.get(path);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().get("message").asText()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /api/document_deltas | {}                         | DocumentDeltasCursorRequired
          /api/document_deltas | {"cursor":null}            | DocumentDeltasCursorRequired
          /api/document_deltas | {"cursor":"1"}             | BadJsonBody
          /api/document_deltas | {"cursor":1.0}             | BadJsonBody
          /api/document_deltas | {"cursor":1,"cursor":1}    | BadJsonBody
          /api/document_deltas | {"cursor":1,"format":2}    | BadJsonBody
          /api/list_snapshot   | {"snapshot":"1"}           | BadJsonBody
          /api/list_snapshot   | {"snapshot":1.7e18}        | BadJsonBody
          /api/list_snapshot   | {"snapshot":99999999999999999999} | BadJsonBody
          /api/list_snapshot   | {"cursor":1}               | BadJsonBody
          /api/list_snapshot   | {"cursor":"x"}             | InvalidListSnapshotCursor
          /api/list_snapshot   | {                          | BadJsonBody
          /api/list_snapshot   | []                         | BadJsonBody
          /api/list_snapshot   | {} {}                      | BadJsonBody
          /api/mutation        | {"path":"a:b"}             | BadJsonBody
          /api/mutation        | {"args":{}}                | BadJsonBody
          /api/mutation        | {"path":"a:b","args":"x"}  | BadJsonBody
          /api/mutation        | {"path":"a b","args":{}}   | BadConvexFunctionIdentifier
          """)
  void answersToBadBodies(String path, String body, String code) {
    TestClient.Answer answer = client.post(path, body);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Convex other-name-1/01ab | 401 | BadAdminKey
          Convex nonsense          | 401 | BadAdminKey
          Bearer token             | 401 | InvalidAuthHeader
          Basic abcdef             | 400 | InvalidAdminKey
          short                    | 400 | InvalidHeaderFailure
          """)
  void refusesBadKeys(String header, int status, String code) {
    client.with("Authorization", header.replace('/', '|'));
    for (String path : new String[] {"/api/list_snapshot", "/api/check_admin_key"}) {
      TestClient.Answer answer = client.get(path);
      assertThat(answer.code()).isEqualTo(code);
      assertThat(answer.status()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "prod:", "dev:"})
  void acceptsTheKeyWithAndWithoutADeploymentType(String prefix) {
    client.with("Authorization", "cOnVeX " + prefix + emulator.adminKey());
    assertThat(client.get("/api/test_streaming_export_connection").body()).isEqualTo("null");
  }

  @Test
  void acceptsKeysThatNameAProjectInsteadOfADeployment() {
    String secret = emulator.adminKey().substring(emulator.adminKey().indexOf('|'));
    client.with("Authorization", "Convex preview:team:project" + secret);
    assertThat(client.get("/api/test_streaming_export_connection").status()).isEqualTo(200);
  }

  @Test
  void acceptsTheKeyAsAParameterWhenThereIsNoHeader() {
    client.without("Authorization");
    String key = TestClient.encode(emulator.adminKey());
    assertThat(client.get("/api/list_snapshot?adminKey=" + key).status()).isEqualTo(200);
    assertThat(client.get("/api/list_snapshot?adminKey=x").code()).isEqualTo("BadAdminKey");
    assertThat(client.get("/api/list_snapshot").code()).isEqualTo("BadDeployKey");
    assertThat(client.get("/api/check_admin_key").code()).isEqualTo("BadDeployKey");
  }

  @Test
  void refusesKeysWithoutThePermission() {
    client.with("Authorization", "Convex " + emulator.keyWithoutDataView());
    assertThat(client.get("/api/list_snapshot").code()).isEqualTo("OperationNotPermitted");
    assertThat(client.get("/api/check_admin_key").status()).isEqualTo(200);
    client.with("Authorization", "Convex " + emulator.adminKey() + ":e30=");
    assertThat(client.get("/api/list_snapshot").code()).isEqualTo("SystemIdentityRequired");
    client.with("Authorization", "Convex " + emulator.adminKey() + ":#");
    assertThat(client.get("/api/list_snapshot").code()).isEqualTo("HeaderParseFailure");
  }

  @Test
  void checksInTheServersOrder() {
    client.with("Convex-Client", "nodash").with("Authorization", "bad");
    assertThat(client.get("/api/list_snapshot?snapshot=x").code())
        .isEqualTo("InvalidClientVersion");
    client.with("Convex-Client", "kafka-connect-convex-1.0.0");
    assertThat(client.get("/api/list_snapshot?snapshot=x").code()).isEqualTo("BadQueryArgs");
    assertThat(client.post("/api/list_snapshot", "{").code()).isEqualTo("InvalidHeaderFailure");
    client.with("Authorization", "Convex x|y");
    emulator.switches().exportEnabled(false);
    assertThat(client.post("/api/list_snapshot", "{").code()).isEqualTo("BadAdminKey");
    client.without("Authorization");
    assertThat(client.post("/api/list_snapshot", "{").code()).isEqualTo("BadJsonBody");
    TestClient.Answer gated = client.post("/api/list_snapshot", "{}");
    assertThat(gated.code()).isEqualTo("StreamingExportNotEnabled");
    assertThat(gated.status()).isEqualTo(403);
    emulator.switches().exportEnabled(true);
    assertThat(client.post("/api/document_deltas", "{}").code()).isEqualTo("BadDeployKey");
  }

  @Test
  void requiresAJsonContentTypeOnPost() {
    client.with("Content-Type", "text/plain");
    assertThat(client.post("/api/list_snapshot", "{}").code()).isEqualTo("BadJsonBody");
    client.with("Content-Type", "application/vnd.x+json; charset=utf-8");
    assertThat(client.post("/api/list_snapshot", "{}").status()).isEqualTo(200);
  }

  @Test
  void unknownPathsAndMethodsHaveNoConvexBody() {
    assertThat(client.get("/api/get_tables_and_columns")).isEqualTo(new TestClient.Answer(404, ""));
    assertThat(client.get("/api/v1/data/sync")).isEqualTo(new TestClient.Answer(405, ""));
    assertThat(client.get("/api/query_ts")).isEqualTo(new TestClient.Answer(405, ""));
    assertThat(client.post("/api/json_schemas", "{}")).isEqualTo(new TestClient.Answer(405, ""));
  }

  @Test
  void anExpiredCursorNeedsAResync() {
    long old = emulator.head();
    clock.addAndGet(DAY);
    emulator.commit(tx -> tx.insert(TASKS, "{}"));
    assertThat(client.get("/api/document_deltas?cursor=0").status()).isEqualTo(200);
    emulator.expireBefore(old + 2);
    TestClient.Answer answer = client.get("/api/document_deltas?cursor=" + old);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("InvalidWindowToReadDocuments");
    assertThat(answer.json().get("message").asText()).contains(Long.toString(old + 1));
    assertThat(client.get("/api/document_deltas?cursor=" + (old + 1)).status()).isEqualTo(200);
    TestClient.Answer snapshot = client.get("/api/list_snapshot?snapshot=" + old);
    assertThat(snapshot.status()).isEqualTo(503);
    assertThat(snapshot.code()).isEqualTo("InternalServerError");
  }

  @Test
  void theLogExpiresWithAge() {
    long old = emulator.head();
    clock.addAndGet(13 * DAY);
    long recent = emulator.commit(tx -> tx.insert(TASKS, "{}"));
    clock.addAndGet(2 * DAY);
    assertThat(client.get("/api/document_deltas?cursor=" + old).code())
        .isEqualTo("InvalidWindowToReadDocuments");
    assertThat(client.get("/api/document_deltas?cursor=" + recent).status()).isEqualTo(200);
  }

  @Test
  void aSnapshotExpiresAfterFiveDays() {
    long old = emulator.head();
    clock.addAndGet(5 * DAY - 1000);
    emulator.bumpHead();
    assertThat(client.get("/api/list_snapshot?snapshot=" + old).status()).isEqualTo(200);
    clock.addAndGet(2000);
    emulator.bumpHead();
    assertThat(client.get("/api/list_snapshot?snapshot=" + old).code()).isEqualTo("SnapshotTooOld");
  }

  @Test
  void aReadOnlyKeyMayExport() {
    client.with("Authorization", "Convex " + emulator.readOnlyKey());
    assertThat(client.get("/api/list_snapshot").status()).isEqualTo(200);
    assertThat(client.get("/api/check_admin_key").json().get("isReadOnly").booleanValue()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "npm-1.4.9, ClientVersionUnsupported",
    "npm-cli-1.4.9-alpha.1, ClientVersionUnsupported",
    "npm-1.5.0, ''",
    "kafka-connect-convex-0.1.0, ''"
  })
  void onlyConvexsOwnClientsHaveAMinimumVersion(String header, String code) {
    emulator.switches().minimumClientVersion("1.5.0");
    client.with("Convex-Client", header);
    assertThat(client.get("/api/list_snapshot").json().path("code").asText()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "OBJECTS, ''",
    "NONE, NoSchemaForExport",
    "OTHER_TABLES, NoTableDefinitionForExport",
    "UNIONS, UnsupportedSchemaForExport"
  })
  void schemasOfVeryWideTablesComeFromTheDeclaredOne(
      EmulatorSwitches.DeclaredSchema declared, String code) {
    emulator.switches().declaredSchema(declared);
    assertThat(client.get("/api/json_schemas").status()).isEqualTo(200);
    emulator.commit(
        tx -> {
          for (int i = 0; i < 70; i++) {
            tx.insert(TASKS, "{\"f" + i + "\":1}");
          }
        });
    TestClient.Answer answer = client.get("/api/json_schemas");
    assertThat(answer.json().path("code").asText()).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(code.isEmpty() ? 200 : 400);
    assertThat(client.get("/api/get_table_column_names").body())
        .contains("\"columns\":[\"_creationTime\",\"_id\"]");
  }

  @Test
  void summariesMayBeUnavailable() {
    emulator.switches().summariesAvailable(false);
    assertThat(client.get("/api/json_schemas").code()).isEqualTo("TableSummariesUnavailable");
    assertThat(client.get("/api/get_table_column_names").status()).isEqualTo(503);
    assertThat(client.get("/api/list_snapshot").status()).isEqualTo(200);
  }
}
