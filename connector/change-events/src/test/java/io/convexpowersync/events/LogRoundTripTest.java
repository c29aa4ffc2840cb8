package io.convexpowersync.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of event survives the ways in which records travel. */
final class LogRoundTripTest {
  private static final long TS = 1_785_412_800_123_456_789L;
  private static final TableId USERS = TableId.root("users");
  private static final TableId NESTED = new TableId("parent/child", "users");
  private static final LogOrigin ORIGIN = new LogOrigin("happy-otter-123", "crm", "1.2.3");
  private static final SnapshotId SNAPSHOT = new SnapshotId("3f2c");

  private final LogEncoder encoder = new LogEncoder(ORIGIN);

  static List<LogEvent> events() {
    String document =
        "{\"_creationTime\":1785412799871.25,\"_id\":\"j57\",\"a\":9007199254740993,\"b\":42.0,"
            + "\"c\":-0.0,\"d\":{\"$float\":\"AAAAAAAA+H8=\"},\"e\":\"\\u0000 \uD83E\uDDA6 \\\"\"}";
    return List.of(
        new Change.Upsert(Position.ofCommit(TS), USERS, "j57", document, TS, false),
        new Change.Upsert(new Position(TS, 3), NESTED, "j57", document, TS - 1, true),
        new Change.Delete(Position.ofCommit(Long.MAX_VALUE), NESTED, "j57"),
        new Change.Truncate(new Position(TS, 1_785_412_800_123L), USERS),
        new Marker.Resolved(Position.ofCommit(TS), Optional.empty(), 1_785_412_800_123L),
        new Marker.Resolved(
            Position.ofCommit(TS), Optional.of(new Position(TS - 1, 2)), 1_785_412_800_123L),
        new Marker.SnapshotBegin(new Position(TS, 1), SNAPSHOT, List.of(USERS, NESTED), 1),
        new Marker.SnapshotEnd(new Position(TS, 1), SNAPSHOT, List.of(), 1),
        new Marker.TableChanged(new Position(TS, 1), NESTED, TableStatus.PENDING, 1),
        new Marker.TableChanged(new Position(TS, 1), USERS, TableStatus.CAPTURED, 1));
  }

  @ParameterizedTest
  @MethodSource("events")
  void directly(LogEvent event) {
    assertThat(LogDecoder.decode(LogEncoder.key(event), encoder.value(event)))
        .isEqualTo(new LogRecord(ORIGIN, event));
  }

  @ParameterizedTest
  @MethodSource("events")
  void asJsonWithSchemas(LogEvent event) {
    assertThat(through(Wire.withSchemas(), event)).isEqualTo(new LogRecord(ORIGIN, event));
  }

  @ParameterizedTest
  @MethodSource("events")
  void asJsonWithoutSchemas(LogEvent event) {
    assertThat(through(Wire.withoutSchemas(), event)).isEqualTo(new LogRecord(ORIGIN, event));
  }

  @Test
  void theIndexWithEveryForm() {
    LogEvent event = new Change.Delete(Position.ofCommit(TS), USERS, "j57");
    for (Wire wire : List.of(Wire.withSchemas(), Wire.withoutSchemas())) {
      Object key = wire.key(LogSchemas.KEY, LogEncoder.key(event)).value();
      Object value = wire.value(LogSchemas.VALUE, encoder.value(event, 1L << 40)).value();
      assertThat(LogDecoder.decode(key, value).index()).hasValue(1L << 40);
    }
  }

  @ParameterizedTest
  @MethodSource("events")
  void keysAndValuesFitTheirSchemas(LogEvent event) {
    LogEncoder.key(event).validate();
    encoder.value(event).validate();
  }

  private LogRecord through(Wire wire, LogEvent event) {
    return LogDecoder.decode(
        wire.key(LogSchemas.KEY, LogEncoder.key(event)).value(),
        wire.value(LogSchemas.VALUE, encoder.value(event)).value());
  }
}
