package io.convexpowersync.sink.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEncoder;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.TableId;
import io.convexpowersync.sink.log.LogRefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** Every wrong setting is named, and a single bad record does not pass unseen. */
class LogInputTest {
  private static final Schema UNTYPED = null;
  private static final LogEvent CHANGE =
      new Change.Upsert(
          Position.ofCommit(1_785_412_800_000_000_000L),
          TableId.root("tasks"),
          "a",
          "{}",
          1_785_412_800_000_000_000L,
          false);

  private final LogEncoder encoder = new LogEncoder(new LogOrigin("tidy-otter-7", "app", "test"));
  private final LogInput input =
      new LogInput(null, new RegressionWatch(Duration.ofMinutes(1), 1_000));

  @Test
  void readsALogRecord() {
    assertThat(read(input, record(key(), encoder.value(CHANGE))))
        .extracting(LogRecord::event)
        .containsExactly(CHANGE);
  }

  @Test
  void skipsTombstones() {
    assertThat(read(input, record(key(), null))).isEmpty();
  }

  @Test
  void aTableTopicIsRefused() {
    Schema source = SchemaBuilder.struct().field("table", Schema.STRING_SCHEMA).build();
    Schema envelope =
        SchemaBuilder.struct()
            .field("before", Schema.OPTIONAL_STRING_SCHEMA)
            .field("after", Schema.OPTIONAL_STRING_SCHEMA)
            .field("source", source)
            .field("op", Schema.STRING_SCHEMA)
            .build();
    assertRefused(new Struct(envelope), "topics names a table topic", "<topic.prefix>.log");
  }

  @Test
  void aFlattenedRecordIsRefused() {
    assertRefused(Map.of("_id", "a", "text", "b"), "transforms", "ExtractNewRecordState");
  }

  @Test
  void aTopicOfAnotherKindIsRefused() {
    assertRefused(Map.of("order", 7), "topics does not name a Convex log topic", "no markers");
  }

  @Test
  void aConverterThatDeliversTextIsRefused() {
    assertRefused("{}", "value.converter delivers String");
    assertRefused(new byte[] {1}, "value.converter delivers byte[]");
  }

  @Test
  void aKeyThatWasConvertedAsTextIsRefused() {
    assertThatThrownBy(() -> read(input, record("a", encoder.value(CHANGE))))
        .isInstanceOf(LogRefusedException.class)
        .hasMessageContaining("key.converter delivers String");
  }

  @Test
  void aTableTopicWhoseSchemasCameAlongIsStillNamed() {
    Map<String, Object> envelope = new HashMap<>();
    envelope.put("after", "{}");
    envelope.put("source", Map.of());
    assertRefused(
        Map.of("schema", Map.of("type", "struct"), "payload", envelope),
        "topics names a table topic");
  }

  @Test
  void aKeyThatIsTextInsideItsSchemaIsRefused() {
    Object key = Map.of("schema", Map.of("type", "string"), "payload", "a");
    assertThatThrownBy(() -> read(input, record(key, encoder.value(CHANGE))))
        .isInstanceOf(LogRefusedException.class)
        .hasMessageContaining("key.converter delivers String");
  }

  @Test
  void aSingleBadRecordIsRefusedWithItsPlaceWhereThereIsNoDeadLetterQueue() {
    assertThatThrownBy(() -> read(input, record(key(), broken())))
        .isInstanceOf(LogRefusedException.class)
        .hasMessageContaining("topic app.log, partition 0, offset 17")
        .hasMessageContaining("source");
  }

  @Test
  void aSingleBadRecordGoesToTheDeadLetterQueueAndTheOthersAreRead() {
    List<SinkRecord> dead = new ArrayList<>();
    LogInput tolerant =
        new LogInput(
            (record, error) -> {
              dead.add(record);
              return CompletableFuture.completedFuture(null);
            },
            new RegressionWatch(Duration.ofMinutes(1), 1_000));
    SinkRecord bad = record(key(), broken());
    assertThat(read(tolerant, bad, record(key(), encoder.value(CHANGE)))).hasSize(1);
    assertThat(dead).containsExactly(bad);
  }

  @Test
  void aWrongTopicIsRefusedEvenIfThereIsADeadLetterQueue() {
    LogInput tolerant =
        new LogInput(
            (record, error) -> {
              throw new AssertionError("All of them are wrong");
            },
            new RegressionWatch(Duration.ofMinutes(1), 1_000));
    assertThatThrownBy(() -> read(tolerant, record(key(), Map.of("order", 7))))
        .isInstanceOf(LogRefusedException.class);
  }

  private void assertRefused(Object value, String... parts) {
    assertThatThrownBy(() -> read(input, record(key(), value)))
        .isInstanceOf(LogRefusedException.class)
        .hasMessageContaining("topic app.log, partition 0, offset 17")
        .hasMessageContainingAll(parts);
  }

  private static List<LogRecord> read(LogInput from, SinkRecord... records) {
    return from.read(List.of(records), (decoded, delivered) -> decoded);
  }

  private static Object key() {
    return LogEncoder.key(CHANGE);
  }

  private static Map<String, Object> broken() {
    Map<String, Object> value = new HashMap<>();
    value.put("op", "u");
    value.put("position", Map.of("ts", 1L, "seq", 0L));
    return value;
  }

  private static SinkRecord record(Object key, Object value) {
    return new SinkRecord("app.log", 0, UNTYPED, key, UNTYPED, value, 17);
  }
}
