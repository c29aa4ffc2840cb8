package io.convexpowersync.events;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records that are not the log topic's are named as such. */
final class LogDecoderTest {
  private static final Map<String, Object> KEY =
      Map.of("component", "", "table", "users", "_id", "a");

  @Test
  void refusesATombstone() {
    refuses(KEY, null, "value is null", "topics and converters");
  }

  @Test
  void refusesTextOfAnotherConverter() {
    refuses(KEY, "{}", "value is a String");
  }

  @Test
  void refusesARecordOfATableTopic() {
    refuses(
        KEY,
        Map.of("op", "u", "after", "{}", "source", Map.of("name", "crm", "version", "1")),
        "value.source has no field \"deployment\"",
        "not a table topic");
  }

  @Test
  void refusesAnOpThatItDoesNotKnow() {
    Map<String, Object> value = value();
    value.put("op", "x");
    refuses(KEY, value, "Unknown op \"x\"");
  }

  @Test
  void refusesAMarkerOfANewerConnector() {
    Map<String, Object> value = value();
    value.put("op", "m");
    value.put("marker", Map.of("kind", "watermark", "emitted_ms", 1L));
    refuses(KEY, value, "Unknown marker kind \"watermark\"", "newer");
  }

  @Test
  void refusesATimestampThatIsNotAnInteger() {
    Map<String, Object> value = value();
    value.put("position", Map.of("ts", 1.7e18, "seq", 0L));
    refuses(KEY, value, "value.position.ts is not an integer");
  }

  @Test
  void refusesAKeyWithoutAnId() {
    refuses(Map.of("table", "users"), value(), "key has no field \"_id\"");
  }

  private static Map<String, Object> value() {
    Map<String, Object> source =
        Map.of(
            "deployment",
            "d",
            "name",
            "crm",
            "version",
            "1",
            "component",
            "",
            "table",
            "users",
            "ts",
            1L);
    Map<String, Object> value = new HashMap<>();
    value.put("op", "u");
    value.put("position", Map.of("ts", 1L, "seq", 0L));
    value.put("source", source);
    value.put("document", "{}");
    return value;
  }

  private static void refuses(Object key, Object value, String... says) {
    assertThatThrownBy(() -> LogDecoder.decode(key, value))
        .isInstanceOf(InvalidLogRecordException.class)
        .hasMessageContainingAll(says);
  }
}
