package io.convexpowersync.sink.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.apicurio.registry.utils.converter.AvroConverter;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEncoder;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.LogSchemas;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.storage.Converter;
import org.junit.jupiter.api.Test;

/** Every kind of record of the log survives the way through a topic, whatever converter is used. */
class ConvertersTest {
  private static final String TOPIC = "app.log";
  private static final long TS = 1_785_412_800_000_000_123L;
  private static final TableId TASKS = TableId.root("tasks");
  private static final TableId COMPONENT = new TableId("auth", "users");
  private static final LogOrigin ORIGIN = new LogOrigin("tidy-otter-7", "app", "test");
  private static final Map<String, String> WITH_SCHEMAS = Map.of("schemas.enable", "true");
  private static final Map<String, String> WITHOUT_SCHEMAS = Map.of("schemas.enable", "false");
  private static final List<LogEvent> EVENTS =
      List.of(
          new Marker.SnapshotBegin(
              new Position(TS, 1), new SnapshotId("s1"), List.of(TASKS, COMPONENT), 1),
          new Change.Upsert(
              new Position(TS, 1), TASKS, "a", "{\"n\":42,\"f\":42.0,\"t\":\"é☕\"}", TS - 9, true),
          new Marker.SnapshotEnd(new Position(TS, 1), new SnapshotId("s1"), List.of(TASKS), 2),
          new Marker.Resolved(new Position(TS, 1), Optional.empty(), 3),
          new Change.Upsert(Position.ofCommit(TS + 1), COMPONENT, "b", "{}", TS + 1, false),
          new Change.Delete(Position.ofCommit(TS + 2), TASKS, "a"),
          new Marker.TableChanged(Position.ofCommit(TS + 3), TASKS, TableStatus.PENDING, 4),
          new Change.Truncate(new Position(TS + 3, 2), TASKS),
          new Marker.Resolved(
              new Position(TS + 3, 2), Optional.of(new Position(TS, 1)), 1_785_412_800_000L));

  @Test
  void jsonWithSchemas() {
    assertSurvives(JsonConverter::new, WITH_SCHEMAS);
  }

  @Test
  void jsonWithoutSchemas() {
    assertSurvives(JsonConverter::new, WITHOUT_SCHEMAS);
  }

  /** The examples' sink reads what any of the examples' sources has written. */
  @Test
  void jsonWithSchemasThatNobodyAskedFor() {
    assertSurvives(JsonConverter::new, WITH_SCHEMAS, WITHOUT_SCHEMAS);
  }

  @Test
  void avroWithARegistry() throws IOException {
    try (FakeRegistry registry = new FakeRegistry()) {
      assertSurvives(
          AvroConverter::new,
          Map.of(
              "apicurio.registry.url", registry.url(),
              "apicurio.registry.auto-register", "true",
              "apicurio.registry.use-id", "contentId"));
      assertThat(registry.schemas()).as("one schema for keys, one for values").isEqualTo(2);
    }
  }

  private interface NewConverter {
    Converter make();
  }

  /** Another instance reads, as in another worker. */
  private static void assertSurvives(NewConverter converter, Map<String, String> config) {
    assertSurvives(converter, config, config);
  }

  private static void assertSurvives(
      NewConverter converter, Map<String, String> writes, Map<String, String> reads) {
    Converter keyWriter = configured(converter, writes, true);
    Converter valueWriter = configured(converter, writes, false);
    Converter keyReader = configured(converter, reads, true);
    Converter valueReader = configured(converter, reads, false);
    LogEncoder encoder = new LogEncoder(ORIGIN);
    LogInput input = new LogInput(null, new RegressionWatch(Duration.ofMinutes(1), 5));
    for (LogEvent event : EVENTS) {
      byte[] key = keyWriter.fromConnectData(TOPIC, LogSchemas.KEY, LogEncoder.key(event));
      byte[] value = valueWriter.fromConnectData(TOPIC, LogSchemas.VALUE, encoder.value(event));
      SchemaAndValue readKey = keyReader.toConnectData(TOPIC, key);
      SchemaAndValue readValue = valueReader.toConnectData(TOPIC, value);
      SinkRecord record =
          new SinkRecord(
              TOPIC,
              0,
              readKey.schema(),
              readKey.value(),
              readValue.schema(),
              readValue.value(),
              7);
      assertThat(input.read(List.of(record), (decoded, delivered) -> decoded))
          .containsExactly(new LogRecord(ORIGIN, event));
    }
  }

  private static Converter configured(
      NewConverter converter, Map<String, String> config, boolean key) {
    Converter made = converter.make();
    made.configure(config, key);
    return made;
  }
}
