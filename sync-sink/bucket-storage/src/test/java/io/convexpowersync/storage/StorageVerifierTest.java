package io.convexpowersync.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.convexpowersync.storage.VerificationReport.Difference;
import io.convexpowersync.storage.VerificationReport.Kind;
import io.convexpowersync.streams.DocumentEncoding;
import io.convexpowersync.streams.SyncStreams;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The storage holds the snapshot of the golden to-do app; then something is wrong with it. */
class StorageVerifierTest {
  private static final JsonNode GOLDEN = GoldenFiles.ours().load("todo-lists");
  private static final String PLAN = GOLDEN.get("deployments").get(0).get("sync_plan").asText();
  private static final Lsn PIN = Lsn.parse(GOLDEN.get("snapshot").get("ts").asText());

  private final TestDatabase database = TestDatabase.create();
  private final BucketStorage storage = database.openWithSchema();
  private final Map<String, Map<String, String>> deployment = new HashMap<>();
  private StreamId stream;
  private SyncStreams plan;

  @BeforeEach
  void replicate() {
    stream = storage.streams().deploy("config", PLAN);
    plan = SyncStreams.load(PLAN, stream.value());
    for (JsonNode document : GOLDEN.get("snapshot").get("documents")) {
      deployment
          .computeIfAbsent(document.get("table").asText(), table -> new HashMap<>())
          .put(document.get("id").asText(), document.get("json").asText());
    }
    try (StreamWriter writer = storage.openWriter(stream, "test");
        WriteTransaction transaction = writer.begin()) {
      deployment.forEach(
          (table, documents) ->
              documents.forEach(
                  (id, json) ->
                      transaction.upsert(
                          table, id, plan.evaluate(table, json, DocumentEncoding.JSON))));
      transaction.snapshotDone(PIN);
      transaction.publish(PIN, false, true);
      transaction.commit();
    }
  }

  @AfterEach
  void close() throws SQLException {
    storage.close();
    database.close();
  }

  @Test
  void findsNothingWrongWithWhatWasReplicated() {
    VerificationReport report = verify();

    assertThat(report.differences()).isEmpty();
    assertThat(report.isConsistent()).isTrue();
    assertThat(report.operations()).isEqualTo(report.rows()).isGreaterThan(0);
    assertThat(report.lookups()).isGreaterThan(0);
    assertThat(report.buckets())
        .isEqualTo(
            Long.parseLong(
                database.one("SELECT count(DISTINCT bucket_name) FROM powersync.bucket_data")));
  }

  @Test
  void findsARowThatClientsLack() {
    String bucket = database.one(ANY + "ORDER BY op_id LIMIT 1");
    database.execute("DELETE FROM powersync.bucket_data WHERE op_id = 1");
    assertThat(verify().differences())
        .singleElement()
        .satisfies(
            difference -> {
              assertThat(difference.kind()).isEqualTo(Kind.MISSING_ROW);
              assertThat(difference.bucket() + "|" + difference.row()).isEqualTo(bucket);
            });
  }

  @Test
  void findsARowThatShouldBeGone() {
    String row = database.one(ANY + "WHERE op_id = 1");
    Map<String, String> table = deployment.get(row.split("\\|")[2].split("/")[0]);
    table.remove(row.substring(row.lastIndexOf('/') + 1));

    assertThat(verify().differences())
        .isNotEmpty()
        .allSatisfy(d -> assertThat(d.kind()).isIn(Kind.EXTRA_ROW, Kind.EXTRA_LOOKUP))
        .extracting(d -> d.bucket() + "|" + d.row())
        .contains(row);
  }

  @Test
  void findsOtherData() {
    database.execute(
        "UPDATE powersync.bucket_data SET data = replace(data, '}', ',\"x\":1}') WHERE op_id = 1");
    assertThat(verify().differences())
        .extracting(Difference::kind)
        .containsExactlyInAnyOrder(Kind.WRONG_DATA, Kind.WRONG_CHECKSUM);
  }

  @Test
  void findsAWrongChecksum() {
    database.execute("UPDATE powersync.bucket_data SET checksum = checksum + 1 WHERE op_id = 1");
    assertThat(verify().differences())
        .extracting(Difference::kind)
        .containsExactly(Kind.WRONG_CHECKSUM);
  }

  @Test
  void ignoresWhatIsNotYetPublished() {
    database.execute(
        "INSERT INTO powersync.bucket_data (group_id, bucket_name, op_id, op, source_table,"
            + " source_key, table_name, row_id, checksum, data)"
            + " SELECT group_id, bucket_name, 999, op, source_table, source_key, table_name,"
            + " 'other', 0, data FROM powersync.bucket_data WHERE op_id = 1");
    assertThat(verify().differences()).isEmpty();
  }

  @Test
  void findsMissingWrongAndExtraLookups() {
    List<String> ids = database.query("SELECT id FROM powersync.bucket_parameters ORDER BY id");
    assertThat(ids).hasSizeGreaterThanOrEqualTo(3);
    database.execute("DELETE FROM powersync.bucket_parameters WHERE id = " + ids.get(0));
    database.execute(
        "UPDATE powersync.bucket_parameters SET bucket_parameters = '[{\"0\":\"x\"}]' WHERE id = "
            + ids.get(1));
    database.execute(
        "UPDATE powersync.bucket_parameters SET source_key = decode(replace("
            + "encode(source_key, 'hex'), '7668', '7669'), 'hex') WHERE id = "
            + ids.get(2));

    assertThat(verify().differences())
        .extracting(Difference::kind)
        .containsExactlyInAnyOrder(
            Kind.MISSING_LOOKUP, Kind.WRONG_LOOKUP, Kind.EXTRA_LOOKUP, Kind.MISSING_LOOKUP);
  }

  @Test
  void readsCompactedBuckets() {
    String bucket = database.one("SELECT bucket_name FROM powersync.bucket_data WHERE op_id = 1");
    database.execute(
        "UPDATE powersync.bucket_data SET op_id = 0, op = 'CLEAR', checksum = -5, data = NULL,"
            + " source_table = NULL, source_key = NULL, table_name = NULL, row_id = NULL"
            + " WHERE op_id = 1");
    VerificationReport report = verify();
    assertThat(report.differences())
        .extracting(Difference::kind, Difference::bucket)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(Kind.MISSING_ROW, bucket));
  }

  private static final String ANY =
      "SELECT bucket_name || '|' || table_name || '/' || row_id FROM powersync.bucket_data ";

  private VerificationReport verify() {
    return storage
        .verifier()
        .verify(
            plan,
            storage.reader().checkpoint().orElseThrow(),
            DeploymentState.of(deployment, DocumentEncoding.JSON));
  }
}
