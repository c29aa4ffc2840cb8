package io.convexpowersync.events;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * The stored form of a {@link SourceOffset}: a flat map with text and integers, versioned by {@code
 * v}. Timestamps are text, because 19 digits do not survive every JSON reader; reading takes
 * either.
 */
public final class SourceOffsetCodec {
  /**
   * The format that is written. 2 added {@code numbers}, {@code requested}, {@code next_signal} and
   * {@code unresolved} to 1.
   */
  public static final long FORMAT = 2;

  private static final long OLDEST_FORMAT = 1;

  private static final String SNAPSHOT_MODE = "snapshot";
  private static final String DELTAS_MODE = "deltas";
  private static final String EXAMPLE =
      "{\"v\":2,\"mode\":\"deltas\",\"ts\":\"1785412800123456789\",\"tables\":\"{}\"}";
  private static final Set<String> KEYS =
      Set.of(
          "v",
          "mode",
          "ts",
          "seq",
          "tables",
          "filter",
          "numbers",
          "requested",
          "next_signal",
          "resolved_ts",
          "resolved_seq",
          "unresolved",
          "snapshot_id",
          "cursor",
          "last_table",
          "last_id",
          "rows");

  /** The map that Kafka Connect stores. */
  public static Map<String, Object> encode(SourceOffset offset) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("v", FORMAT);
    map.put("mode", offset instanceof SourceOffset.Snapshotting ? SNAPSHOT_MODE : DELTAS_MODE);
    putPosition(map, "ts", "seq", offset.position());
    if (offset instanceof SourceOffset.Snapshotting snapshot) {
      map.put("snapshot_id", snapshot.snapshot().value());
      putCursor(map, snapshot.cursor());
    }
    putCapture(map, offset.capture());
    offset.lastResolved().ifPresent(at -> putPosition(map, "resolved_ts", "resolved_seq", at));
    if (offset.unresolved() > 0) {
      map.put("unresolved", offset.unresolved());
    }
    return map;
  }

  private static void putCapture(Map<String, Object> map, Capture capture) {
    map.put("tables", TablesText.ofStatuses(capture.tables()));
    capture.filter().ifPresent(filter -> map.put("filter", filter));
    if (!capture.numbers().isEmpty()) {
      map.put("numbers", TablesText.ofNumbers(capture.numbers()));
    }
    if (!capture.requested().isEmpty()) {
      map.put("requested", TablesText.ofNames(capture.requested()));
    }
    capture.nextSignal().ifPresent(next -> map.put("next_signal", next));
  }

  private static void putCursor(Map<String, Object> map, SnapshotCursor cursor) {
    cursor.page().ifPresent(page -> map.put("cursor", page));
    cursor.last().ifPresent(row -> map.put("last_table", row.table().toString()));
    cursor.last().ifPresent(row -> map.put("last_id", row.id()));
    map.put("rows", cursor.rows());
  }

  /**
   * Reads a stored map.
   *
   * @throws IllegalArgumentException when it is not a valid offset; the message names the key and
   *     shows a correct example
   */
  public static SourceOffset decode(Map<String, ?> map) {
    checkFormat(map);
    Position position = position(map, "ts", "seq");
    Capture capture = capture(map);
    Optional<Position> resolved =
        map.get("resolved_ts") == null
            ? Optional.empty()
            : Optional.of(position(map, "resolved_ts", "resolved_seq"));
    return decode(map, position, capture, resolved)
        .withUnresolved(optionalNumber(map, "unresolved"));
  }

  private static SourceOffset decode(
      Map<String, ?> map, Position position, Capture capture, Optional<Position> resolved) {
    String mode = text(map, "mode");
    return switch (mode) {
      case DELTAS_MODE -> new SourceOffset.Streaming(position, capture, resolved);
      case SNAPSHOT_MODE ->
          new SourceOffset.Snapshotting(
              position, new SnapshotId(text(map, "snapshot_id")), cursor(map), capture, resolved);
      default -> throw invalid("\"mode\" is \"" + mode + "\", expected deltas or snapshot");
    };
  }

  private static void checkFormat(Map<String, ?> map) {
    // A newer version may use other keys, so this comes first.
    long format = number(map, "v");
    if (format > FORMAT) {
      throw invalid(
          "format %d was written by a newer version of the connector, and this one reads up to %d;"
                  .formatted(format, FORMAT)
              + " install that version again, or delete the offset to start with a new snapshot");
    }
    if (format < OLDEST_FORMAT) {
      throw invalid("there is no format " + format);
    }
    for (String key : map.keySet()) {
      if (!KEYS.contains(key)) {
        throw invalid("unknown key \"" + key + "\"");
      }
    }
  }

  private static Capture capture(Map<String, ?> map) {
    return new Capture(
        optionalText(map, "filter"),
        parsed(
            text(map, "tables"),
            TablesText::statuses,
            "\"tables\" is not the text of a JSON object from table names to captured, pending or"
                + " complete"),
        parsed(
            optionalText(map, "numbers").orElse("{}"),
            TablesText::numbers,
            "\"numbers\" is not the text of a JSON object from table names to lists of numbers"),
        parsed(
            optionalText(map, "requested").orElse("[]"),
            TablesText::names,
            "\"requested\" is not the text of a JSON list of table names"),
        map.get("next_signal") == null
            ? OptionalLong.empty()
            : OptionalLong.of(number(map, "next_signal")));
  }

  private static <T> T parsed(String text, Function<String, T> parser, String problem) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw invalid(problem);
    }
  }

  private static Position position(Map<String, ?> map, String ts, String seq) {
    long number = optionalNumber(map, seq);
    if (number < 0) {
      throw invalid("\"" + seq + "\" is negative");
    }
    return new Position(timestamp(map, ts), number);
  }

  private static SnapshotCursor cursor(Map<String, ?> map) {
    Optional<SnapshotCursor.Row> last =
        optionalText(map, "last_id")
            .map(id -> new SnapshotCursor.Row(TableId.parse(text(map, "last_table")), id));
    return new SnapshotCursor(optionalText(map, "cursor"), last, optionalNumber(map, "rows"));
  }

  private static void putPosition(
      Map<String, Object> map, String ts, String seq, Position position) {
    map.put(ts, Long.toString(position.ts()));
    map.put(seq, position.seq());
  }

  private static String text(Map<String, ?> map, String key) {
    if (map.get(key) instanceof String text) {
      return text;
    }
    throw invalid("\"" + key + "\" is missing or not text");
  }

  private static Optional<String> optionalText(Map<String, ?> map, String key) {
    return map.get(key) == null ? Optional.empty() : Optional.of(text(map, key));
  }

  private static long optionalNumber(Map<String, ?> map, String key) {
    return map.get(key) == null ? 0 : number(map, key);
  }

  private static long number(Map<String, ?> map, String key) {
    Object value = map.get(key);
    if (value instanceof Long || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    if (value instanceof String text && text.matches("[0-9]{1,19}")) {
      return parse(key, text);
    }
    throw invalid("\"" + key + "\" is missing or not an integer");
  }

  private static long parse(String key, String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw invalid("\"" + key + "\" is larger than any timestamp");
    }
  }

  private static long timestamp(Map<String, ?> map, String key) {
    long ts = number(map, key);
    if (ts < 1_000_000_000_000_000_000L) {
      throw invalid("\"" + key + "\" is not a 19-digit timestamp in nanoseconds");
    }
    return ts;
  }

  private static IllegalArgumentException invalid(String what) {
    return new IllegalArgumentException(
        "Invalid source offset: " + what + ". A valid one looks like " + EXAMPLE);
  }

  private SourceOffsetCodec() {}
}
