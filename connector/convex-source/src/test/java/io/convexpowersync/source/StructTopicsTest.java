package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** document.format=struct, from the deployment to the records. */
final class StructTopicsTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final Map<String, String> STREAM = Map.of("deployment", "crm");
  private static final Map<String, String> SHAPE = Map.of("deployment", "crm", "table", "users");

  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
    properties = TaskHarness.tablesOnly(emulator);
    properties.put("document.format", "struct");
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @Test
  void documentsAreStructs() {
    String[] id = new String[1];
    emulator.commit(tx -> id[0] = tx.insert(USERS, "{\"n\":1,\"o\":{\"x\":[1.5]}}"));
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      task.pollTo(emulator.commit(tx -> tx.delete(USERS, id[0])));
      List<SourceRecord> records = users(task);
      Struct after = ((Struct) records.get(0).value()).getStruct("after");
      assertThat(after.schema().name()).isEqualTo("crm.app.users.Value");
      assertThat(after.getString("_id")).isEqualTo(id[0]);
      assertThat(after.getInt64("n")).isEqualTo(1);
      assertThat(after.getStruct("o").getArray("x")).isEqualTo(List.of(1.5));
      Struct delete = (Struct) records.get(1).value();
      assertThat(delete.get("after")).isNull();
      assertThat(delete.getStruct("before").getString("_id")).isEqualTo(id[0]);
      assertThat(delete.getStruct("before").get("n")).isNull();
    }
  }

  @Test
  void aBatchHasOneSchemaForEachTable() {
    for (int i = 0; i < 30; i++) {
      String document = "{\"f" + i + "\":1}";
      emulator.commit(tx -> tx.insert(USERS, document));
    }
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      assertThat(users(task)).hasSize(30);
      assertThat(task.batches())
          .allSatisfy(
              batch ->
                  assertThat(
                          batch.stream()
                              .filter(record -> record.topic().equals("crm.app.users"))
                              .map(SourceRecord::valueSchema)
                              .distinct())
                      .hasSizeLessThanOrEqualTo(1));
    }
  }

  @Test
  void whatIsLearntIsStoredBeforeTheFirstRecordThatNeedsIt() {
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      assertThat(shapes(task)).hasSize(1);
      SourceRecord shape = shapes(task).get(0);
      assertThat(shape.topic()).isEqualTo("__debezium-heartbeat.crm");
      assertThat(task.records().indexOf(shape))
          .isLessThan(task.records().indexOf(users(task).get(0)));
      task.pollTo(emulator.commit(tx -> tx.insert(USERS, "{\"n\":2}")));
      assertThat(shapes(task)).as("nothing new").hasSize(1);
      task.pollTo(emulator.commit(tx -> tx.insert(USERS, "{\"m\":2}")));
      assertThat(shapes(task)).hasSize(2);
    }
  }

  @Test
  void aRestartedTaskGoesOnWithTheSameSchema() {
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1,\"old\":true}"));
    TaskHarness first = TaskHarness.start(properties).pollTo(emulator.head());
    first.close();
    try (TaskHarness task = TaskHarness.resume(properties, first)) {
      task.pollTo(emulator.commit(tx -> tx.insert(USERS, "{\"n\":\"text\"}")));
      Schema schema = users(task).get(0).valueSchema().field("after").schema();
      assertThat(schema.fields())
          .extracting(Field::name)
          .containsExactly("_id", "_creationTime", "n", "old", "n__json");
      assertThat(after(users(task).get(0)).getString("n__json")).isEqualTo("\"text\"");
    }
  }

  @Test
  void theStreamsOwnOffsetsAreTheSameAsWithoutStructs() {
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      long commit =
          emulator.commit(
              tx -> {
                tx.insert(USERS, "{\"a\":1}");
                tx.insert(USERS, "{\"b\":2}");
              });
      task.pollTo(commit);
      List<SourceRecord> written = users(task).subList(1, 3);
      assertThat(written).allMatch(record -> record.sourcePartition().equals(STREAM));
      assertThat(TaskHarness.ts(written.get(0))).isLessThan(commit);
      assertThat(TaskHarness.ts(written.get(1))).isGreaterThanOrEqualTo(commit);
    }
  }

  @Test
  void theLimitsAreTheUsers() {
    properties.put("struct.max.depth", "1");
    properties.put("struct.max.fields", "8");
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      String first = "{\"o\":{\"x\":1},\"a1\":1,\"a2\":1,\"a3\":1}";
      task.pollTo(emulator.commit(tx -> tx.insert(USERS, first)));
      String second = "{\"b1\":1,\"b2\":1,\"b3\":1,\"b4\":1}";
      task.pollTo(emulator.commit(tx -> tx.insert(USERS, second)));
      Schema schema = users(task).get(1).valueSchema().field("after").schema();
      assertThat(schema.fields()).extracting(Field::name).hasSize(9).contains("o__json", "_more");
    }
  }

  @Test
  void aStoredSchemaThatCannotBeReadIsSaidWithTheRemedy() {
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
    TaskHarness first = TaskHarness.start(properties).pollTo(emulator.head());
    first.close();
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":2}"));
    try (TaskHarness task = TaskHarness.resume(properties, first)) {
      task.context().store(SHAPE, Map.of("v", 1L, "struct", "{}"));
      assertThatThrownBy(() -> task.pollTo(emulator.head()))
          .isInstanceOf(ConnectException.class)
          .hasMessageContainingAll("stored schema", "PATCH /connectors/<name>/offsets", "\"v\":1");
    }
  }

  @Test
  void theConnectorTakesSuchOffsetsFromItsUsers() {
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      ConvexSourceConnector connector = new ConvexSourceConnector();
      Map<String, Object> offset = TaskHarness.offset(shapes(task).get(0));
      assertThat(connector.alterOffsets(properties, Map.of(SHAPE, offset))).isTrue();
      Map<String, String> others = Map.of("deployment", "other", "table", "users");
      assertThatThrownBy(() -> connector.alterOffsets(properties, Map.of(others, offset)))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("{\"deployment\": \"crm\"}");
      Map<String, Object> broken = new HashMap<>(offset);
      broken.put("struct", "{\"fields\":[{\"name\":\"a\",\"type\":\"decimal\"}]}");
      assertThatThrownBy(() -> connector.alterOffsets(properties, Map.of(SHAPE, broken)))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("One looks like");
    }
  }

  private static List<SourceRecord> users(TaskHarness task) {
    return task.records().stream()
        .filter(record -> record.topic().equals("crm.app.users") && record.value() != null)
        .toList();
  }

  private static List<SourceRecord> shapes(TaskHarness task) {
    return task.records().stream()
        .filter(record -> record.sourcePartition().equals(SHAPE))
        .toList();
  }

  private static Struct after(SourceRecord record) {
    return ((Struct) record.value()).getStruct("after");
  }
}
