package io.convexpowersync.cloudevents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import io.debezium.converters.CloudEventsConverter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of the real source task, through Debezium's own converter. */
class ConvexCloudEventsTest {
  private static final TablePath TODOS = TablePath.root("todos");

  private ConvexEmulator emulator;
  private CloudEventsConverter converter;

  @BeforeEach
  void start() throws Exception {
    emulator = ConvexEmulator.start();
    converter = new CloudEventsConverter();
    converter.configure(Map.of("serializer.type", "json", "data.serializer.type", "json"), false);
  }

  @AfterEach
  void stop() throws Exception {
    converter.close();
    emulator.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "struct"})
  void everyVersionOfADocumentIsAnEventWithAnIdOfItsOwn(String format) throws Exception {
    List<String> ids = new ArrayList<>();
    emulator.commit(
        tx -> {
          ids.add(tx.insert(TODOS, "{\"title\":\"a\"}"));
          ids.add(tx.insert(TODOS, "{\"title\":\"b\"}"));
        });
    List<JsonNode> events;
    try (RunningTask task = new RunningTask(emulator, format)) {
      List<SourceRecord> records = task.awaitData(2);
      emulator.commit(tx -> tx.patch(TODOS, ids.get(0), "{\"title\":\"c\"}"));
      emulator.commit(tx -> tx.delete(TODOS, ids.get(1)));
      records.addAll(task.awaitData(2));
      events = records.stream().map(this::event).toList();
    }

    assertThat(events).extracting(event -> event.get("id").asText()).doesNotHaveDuplicates();
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.get("specversion").asText()).isEqualTo("1.0");
              assertThat(event.get("source").asText()).isEqualTo("/debezium/convex/app");
              assertThat(event.get("type").asText()).contains("convex");
              assertThat(event.get("id").asText())
                  .startsWith("name:app;ts:")
                  .contains(";component:;table:todos;_id:");
            });
    assertThat(events.get(2).get("id").asText()).endsWith(ids.get(0));
    assertThat(events.get(3).get("id").asText()).endsWith(ids.get(1));
  }

  private JsonNode event(SourceRecord record) {
    byte[] bytes = converter.fromConnectData(record.topic(), record.valueSchema(), record.value());
    try {
      return new ObjectMapper().readTree(bytes);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}
