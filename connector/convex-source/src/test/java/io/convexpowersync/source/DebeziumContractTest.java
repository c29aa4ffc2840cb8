package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.DocumentEncoding;
import io.convexpowersync.events.JsonDocuments;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.RecordContext;
import io.convexpowersync.events.SnapshotFlag;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableTopicEncoder;
import io.convexpowersync.events.TableTopicFormat;
import io.convexpowersync.source.struct.StructDocuments;
import io.convexpowersync.source.struct.StructLimits;
import io.debezium.transforms.ByLogicalTableRouter;
import io.debezium.transforms.ExtractNewRecordState;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.ExtractField;
import org.apache.kafka.connect.transforms.RegexRouter;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Debezium's own transformations on the records of table topics. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DebeziumContractTest {
  private static final StructLimits ANY = new StructLimits(400, 6);
  private static final TablePath USERS = TablePath.root("users");

  private ConvexEmulator emulator;
  private String id;
  private long inserted;
  private long deleted;
  private List<SourceRecord> structs;
  private List<SourceRecord> texts;

  /** A document that is inserted, changed and deleted, in both formats. */
  @BeforeAll
  void write() throws IOException {
    emulator = ConvexEmulator.start();
    try (TaskHarness struct = TaskHarness.start(properties("struct")).pollTo(emulator.head());
        TaskHarness json = TaskHarness.start(properties("json")).pollTo(emulator.head())) {
      String[] ids = new String[1];
      inserted = emulator.commit(tx -> ids[0] = tx.insert(USERS, "{\"n\":1,\"o\":{\"x\":[1.5]}}"));
      id = ids[0];
      emulator.commit(tx -> tx.replace(USERS, id, "{\"n\":\"text\",\"m\":true}"));
      deleted = emulator.commit(tx -> tx.delete(USERS, id));
      structs = struct.pollTo(deleted).records("crm.app.users");
      texts = json.pollTo(deleted).records("crm.app.users");
      assertThat(structs).hasSize(4);
      assertThat(texts).hasSize(4);
    }
  }

  @AfterAll
  void stopEmulator() {
    emulator.close();
  }

  private Map<String, String> properties(String format) {
    Map<String, String> properties = TaskHarness.tablesOnly(emulator);
    properties.put("provide.transaction.metadata", "true");
    properties.put("document.format", format);
    return properties;
  }

  @Test
  void unwrappingGivesFlatRows() {
    List<SourceRecord> rows =
        unwrap(structs, Map.of("add.fields", "op,source.ts_ns,transaction.id,source.table"));
    Struct insert = (Struct) rows.get(0).value();
    assertThat(insert.getString("_id")).isEqualTo(id);
    assertThat(insert.getInt64("n")).isEqualTo(1);
    assertThat(insert.getStruct("o").getArray("x")).isEqualTo(List.of(1.5));
    assertThat(insert.getString("__op")).isEqualTo("u");
    assertThat(insert.getInt64("__source_ts_ns")).isEqualTo(inserted);
    assertThat(insert.getString("__transaction_id")).isEqualTo(Long.toString(inserted));
    assertThat(insert.getString("__source_table")).isEqualTo("users");
    Struct change = (Struct) rows.get(1).value();
    assertThat(change.get("n")).isNull();
    assertThat(change.getString("n__json")).isEqualTo("\"text\"");
    assertThat(change.getBoolean("m")).isTrue();
  }

  @Test
  void addedHeadersAreTaken() {
    SourceRecord row = unwrap(structs, Map.of("add.headers", "op,source.ts")).get(0);
    assertThat(row.headers().lastWithName("__op").value()).isEqualTo("u");
    assertThat(row.headers().lastWithName("__source_ts").value())
        .isEqualTo(Long.toString(inserted));
    assertThat(row.headers().lastWithName("__convex.ts").value())
        .isEqualTo(Long.toString(inserted));
  }

  @ParameterizedTest
  @CsvSource({
    "drop, 0, 0",
    "tombstone, 0, 1",
    "rewrite, 1, 0",
    "rewrite-with-tombstone, 1, 1",
    "delete-to-tombstone, 0, 1"
  })
  void everyHandlingOfDeletesWorks(String mode, int rewritten, int tombstones) {
    List<SourceRecord> rows =
        unwrap(structs, Map.of("delete.tombstone.handling.mode", mode, "add.fields", "op"));
    List<SourceRecord> ends = rows.subList(2, rows.size());
    assertThat(ends.stream().filter(row -> row.value() == null)).hasSize(tombstones);
    List<Struct> deletes =
        ends.stream()
            .map(SourceRecord::value)
            .filter(Objects::nonNull)
            .map(Struct.class::cast)
            .toList();
    assertThat(deletes).hasSize(rewritten);
    for (Struct delete : deletes) {
      assertThat(delete.getString("_id")).isEqualTo(id);
      assertThat(delete.getString("__deleted")).isEqualTo("true");
      assertThat(delete.getString("__op")).isEqualTo("d");
      assertThat(delete.get("n")).isNull();
    }
  }

  @Test
  void routingMergesTopicsAndExtendsTheKey() {
    List<SourceRecord> routed =
        apply(
            new ByLogicalTableRouter<>(),
            Map.of(
                "topic.regex", "crm\\.(.*)\\.(.*)",
                "topic.replacement", "all.$2",
                "key.field.regex", "crm\\.(.*)\\.(.*)",
                "key.field.replacement", "$1"),
            structs);
    assertThat(routed).hasSize(4);
    for (SourceRecord record : routed) {
      assertThat(record.topic()).isEqualTo("all.users");
      assertThat(((Struct) record.key()).getString("_id")).isEqualTo(id);
      assertThat(((Struct) record.key()).getString("__dbz__physicalTableIdentifier"))
          .isEqualTo("app");
      assertThat(record.keySchema().name()).isEqualTo("all.users.Key");
    }
    assertThat(routed.get(0).valueSchema().name()).isEqualTo("all.users.Envelope");
    assertThat(((Struct) routed.get(0).value()).getString("op")).isEqualTo("u");
  }

  @Test
  void routedRecordsCanStillBeUnwrapped() {
    List<SourceRecord> routed =
        apply(
            new ByLogicalTableRouter<>(),
            Map.of("topic.regex", "crm\\.app\\.(.*)", "topic.replacement", "all.$1"),
            structs);
    Struct row = (Struct) unwrap(routed, Map.of()).get(0).value();
    assertThat(row.getInt64("n")).isEqualTo(1);
    assertThat(row.schema().fields()).extracting(Field::name).contains("_id", "n", "o");
  }

  @Test
  void aTruncateIsDroppedByUnwrapping() {
    Change truncate = new Change.Truncate(new Position(deleted, 1), TableId.root("users"));
    for (DocumentEncoding format :
        List.of(new JsonDocuments(), StructDocuments.unknown("V", ANY))) {
      TableTopicEncoder encoder =
          new TableTopicEncoder(
              new LogOrigin("d", "crm", "1"), "crm.app.users", TableTopicFormat.STANDARD, format);
      RecordContext context = new RecordContext(SnapshotFlag.NONE, Optional.empty(), Instant.EPOCH);
      SourceRecord record =
          new SourceRecord(
              Map.of(),
              Map.of(),
              encoder.topic(),
              encoder.keySchema(),
              encoder.key(truncate),
              encoder.valueSchema(),
              encoder.value(truncate, context));
      assertThat(unwrap(List.of(record), Map.of())).isEmpty();
    }
  }

  @Test
  void documentsAsTextNeedKafkasTransformationsInstead() {
    assertThatThrownBy(() -> unwrap(texts, Map.of())).isInstanceOf(DataException.class);
    List<SourceRecord> rows = apply(new ExtractField.Value<>(), Map.of("field", "after"), texts);
    assertThat((String) rows.get(0).value())
        .startsWith("{\"_creationTime\":")
        .endsWith("\"n\":1,\"o\":{\"x\":[1.5]}}");
    assertThat(rows.get(2).value()).as("the delete").isNull();
    assertThat(rows.get(3).value()).as("the tombstone").isNull();
    Map<String, String> route = Map.of("regex", "crm\\.app\\.(.*)", "replacement", "all.$1");
    assertThat(apply(new RegexRouter<>(), route, texts))
        .extracting(SourceRecord::topic)
        .containsOnly("all.users");
  }

  @Test
  void otherTopicsPassUntouched() {
    Map<String, String> properties = properties("struct");
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      List<SourceRecord> others =
          task.pollTo(emulator.commit(tx -> tx.insert(USERS, "{}"))).records().stream()
              .filter(record -> !record.topic().startsWith("crm.app."))
              .toList();
      assertThat(others)
          .extracting(SourceRecord::topic)
          .contains("crm.transaction", "__debezium-heartbeat.crm");
      assertThat(unwrap(others, Map.of())).isEqualTo(others);
    }
  }

  private static List<SourceRecord> unwrap(
      List<SourceRecord> records, Map<String, String> settings) {
    return apply(new ExtractNewRecordState<>(), settings, records);
  }

  private static List<SourceRecord> apply(
      Transformation<SourceRecord> transformation,
      Map<String, String> settings,
      List<SourceRecord> records) {
    List<SourceRecord> results = new ArrayList<>();
    try (transformation) {
      transformation.configure(new HashMap<>(settings));
      for (SourceRecord record : records) {
        SourceRecord result = transformation.apply(record);
        if (result != null) {
          results.add(result);
        }
      }
    }
    return results;
  }
}
