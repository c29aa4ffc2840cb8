package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.events.LogEncoder;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.LogSchemas;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.sink.input.LogInput;
import io.convexpowersync.sink.input.RegressionWatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.storage.Converter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The history is read whatever the worker's properties say of converters. */
class TopicHistoryTest {
  private static final String TOPIC = "app.log";
  private static final LogEvent MARKER =
      new Marker.Resolved(Position.ofCommit(1_785_412_800_000_000_000L), Optional.empty(), 1);

  private final LogEncoder encoder = new LogEncoder(new LogOrigin("tidy-otter-7", "app", "test"));

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void jsonIsReadWithAndWithoutSchemasWhereTheConnectorDoesNotSay(String schemas) {
    assertThat(read(Map.of(), schemas)).extracting(LogRecord::event).containsExactly(MARKER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"key", "value"})
  void whatTheConnectorSaysHolds(String part) {
    Map<String, String> config = Map.of(part + ".converter.schemas.enable", "true");
    assertThatThrownBy(() -> read(config, "false"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("schemas.enable");
  }

  private List<LogRecord> read(Map<String, String> connector, String schemas) {
    TopicHistory history = new TopicHistory(connector);
    Object key = throughTopic(history.converter("key.converter", true), schemas, true);
    Object value = throughTopic(history.converter("value.converter", false), schemas, false);
    LogInput input = new LogInput(null, new RegressionWatch(Duration.ZERO, Long.MAX_VALUE));
    return input.read(
        List.of(new SinkRecord(TOPIC, 0, null, key, null, value, 7)),
        (decoded, delivered) -> decoded);
  }

  private Object throughTopic(Converter reader, String schemas, boolean isKey) {
    try (JsonConverter writer = new JsonConverter()) {
      writer.configure(Map.of("schemas.enable", schemas), isKey);
      byte[] written =
          isKey
              ? writer.fromConnectData(TOPIC, LogSchemas.KEY, LogEncoder.key(MARKER))
              : writer.fromConnectData(TOPIC, LogSchemas.VALUE, encoder.value(MARKER));
      return reader.toConnectData(TOPIC, written).value();
    }
  }
}
