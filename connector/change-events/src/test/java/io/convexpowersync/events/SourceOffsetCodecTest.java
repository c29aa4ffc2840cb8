package io.convexpowersync.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SourceOffsetCodecTest {
  private static final long TS = 1_785_412_800_123_456_789L;
  private static final TableId USERS = TableId.root("users");
  private static final TableId NESTED = new TableId("parent/child", "users");
  private static final String PAGE = "{\"tablet\":\"JTA7RlFcZ3J9iJOeqbRQuA\",\"id\":\"j57\"}";

  static List<SourceOffset> offsets() {
    Capture capture =
        new Capture(
            Optional.of("9f86d081884c7d65"),
            Map.of(USERS, TableStatus.PENDING, NESTED, TableStatus.COMPLETE),
            Map.of(USERS, List.of(10_001L), NESTED, List.of(10_002L, 10_007L)),
            Set.of(NESTED),
            OptionalLong.of(17));
    Capture nothing = new Capture(Optional.empty(), Map.of());
    SnapshotId id = new SnapshotId("3f2c");
    return List.of(
        new SourceOffset.Streaming(Position.ofCommit(TS), nothing, Optional.empty()),
        new SourceOffset.Streaming(
            new Position(TS, 1_785_412_800_123L), capture, Optional.of(new Position(TS, 2))),
        new SourceOffset.Snapshotting(
            new Position(TS, 1), id, SnapshotCursor.START, capture, Optional.empty()),
        new SourceOffset.Snapshotting(
            new Position(TS, 1),
            id,
            new SnapshotCursor(
                Optional.of(PAGE), Optional.of(new SnapshotCursor.Row(NESTED, "j57")), 1_000_000),
            capture,
            Optional.of(Position.ofCommit(TS - 1)),
            12));
  }

  @ParameterizedTest
  @MethodSource("offsets")
  void survivesKafkasOffsetTopic(SourceOffset offset) {
    Map<String, Object> map = SourceOffsetCodec.encode(offset);
    Object stored = Wire.withoutSchemas().value(null, map).value();
    assertThat(SourceOffsetCodec.decode(asMap(stored))).isEqualTo(offset);
  }

  @ParameterizedTest
  @MethodSource("offsets")
  void holdsOnlyTextAndIntegers(SourceOffset offset) {
    assertThat(SourceOffsetCodec.encode(offset).values())
        .allMatch(value -> value instanceof String || value instanceof Long);
  }

  @Test
  void takesTimestampsThatAPersonSentAsNumbers() {
    Map<String, Object> map = valid();
    map.put("ts", TS);
    map.put("v", 1);
    map.put("seq", "7");
    assertThat(SourceOffsetCodec.decode(map).position()).isEqualTo(new Position(TS, 7));
  }

  @Test
  void namesTheKeyThatIsWrong() {
    refuses("mod", "deltas", "unknown key \"mod\"");
    refuses("v", 3L, "format 3 was written by a newer version");
    refuses("v", 3L, "install that version again, or delete the offset");
    refuses("v", 0L, "there is no format 0");
    refuses("v", null, "\"v\" is missing");
    refuses("mode", "stream", "\"mode\" is \"stream\"");
    refuses("mode", null, "\"mode\" is missing");
    refuses("ts", "1785412800", "\"ts\" is not a 19-digit timestamp");
    refuses("ts", 1.7e18, "\"ts\" is missing or not an integer");
    refuses("ts", "9999999999999999999", "\"ts\" is larger than any timestamp");
    refuses("seq", -1L, "\"seq\" is negative");
    refuses("tables", "", "\"tables\" is not the text of a JSON object");
    refuses("tables", "[]", "\"tables\" is not the text of a JSON object");
    refuses("tables", "{\"users\":\"done\"}", "captured, pending or complete");
    refuses("tables", Map.of("users", "complete"), "\"tables\" is missing or not text");
    refuses("numbers", "[]", "\"numbers\" is not the text of a JSON object");
    refuses("numbers", "{\"users\":7}", "lists of numbers");
    refuses("numbers", "{\"users\":[\"7\"]}", "lists of numbers");
    refuses("requested", "{}", "\"requested\" is not the text of a JSON list");
    refuses("requested", "[1]", "\"requested\" is not the text of a JSON list");
    refuses("next_signal", "x", "\"next_signal\" is missing or not an integer");
    refuses("resolved_ts", "17", "\"resolved_ts\" is not a 19-digit timestamp");
    refuses("filter", 1L, "\"filter\" is missing or not text");
    refuses("mode", "snapshot", "\"snapshot_id\" is missing");
  }

  @Test
  void readsWhatTheFirstVersionsWrote() {
    Map<String, Object> map = valid();
    map.put("seq", 1_785_412_800_123L);
    map.put("tables", "{\"users\":\"complete\",\"parent/child/users\":\"pending\"}");
    map.put("filter", "9f86d081884c7d65");
    map.put("resolved_ts", Long.toString(TS));
    map.put("resolved_seq", 2L);
    assertThat(SourceOffsetCodec.decode(map))
        .isEqualTo(
            new SourceOffset.Streaming(
                new Position(TS, 1_785_412_800_123L),
                new Capture(
                    Optional.of("9f86d081884c7d65"),
                    Map.of(USERS, TableStatus.COMPLETE, NESTED, TableStatus.PENDING)),
                Optional.of(new Position(TS, 2))));
  }

  @Test
  void saysThatAnOffsetIsOfANewerVersionWhateverItsKeys() {
    assertThatThrownBy(() -> SourceOffsetCodec.decode(Map.of("v", 9L, "place", "x")))
        .hasMessageContaining("format 9 was written by a newer version of the connector");
  }

  @Test
  void aRowOfASnapshotNeedsItsTable() {
    Map<String, Object> map = valid();
    map.put("mode", "snapshot");
    map.put("snapshot_id", "s");
    map.put("last_id", "j57");
    assertThatThrownBy(() -> SourceOffsetCodec.decode(map))
        .hasMessageContaining("\"last_table\" is missing");
  }

  private static Map<String, Object> valid() {
    Map<String, Object> map = new HashMap<>();
    map.put("v", 1L);
    map.put("mode", "deltas");
    map.put("ts", Long.toString(TS));
    map.put("tables", "{}");
    return map;
  }

  private static void refuses(String key, Object value, String says) {
    Map<String, Object> map = valid();
    map.put(key, value);
    assertThatThrownBy(() -> SourceOffsetCodec.decode(map))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(says)
        .hasMessageContaining("A valid one looks like {\"v\":2,\"mode\":\"deltas\"");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, ?> asMap(Object value) {
    return (Map<String, ?>) value;
  }
}
