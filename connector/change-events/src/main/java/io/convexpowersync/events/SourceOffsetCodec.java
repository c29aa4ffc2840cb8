package io.convexpowersync.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The stored form of a {@link SourceOffset}: a flat map with text and integers, versioned by {@code
 * v}. Timestamps are text, because 19 digits do not survive every JSON reader; reading takes
 * either.
 */
public final class SourceOffsetCodec {
  /** The only format so far. */
  public static final long FORMAT = 1;

  private static final String SNAPSHOT_MODE = "snapshot";
  private static final String DELTAS_MODE = "deltas";
  private static final String EXAMPLE =
      "{\"v\":1,\"mode\":\"deltas\",\"ts\":\"1785412800123456789\",\"tables\":\"{}\"}";
  private static final Set<String> KEYS =
      Set.of(
          "v",
          "mode",
          "ts",
          "seq",
          "tables",
          "filter",
          "resolved_ts",
          "resolved_seq",
          "snapshot_id",
          "cursor",
          "last_table",
          "last_id",
          "rows");
  private static final ObjectMapper JSON = new ObjectMapper();

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
    map.put("tables", encodeTables(offset.capture().tables()));
    offset.capture().filter().ifPresent(filter -> map.put("filter", filter));
    offset.lastResolved().ifPresent(at -> putPosition(map, "resolved_ts", "resolved_seq", at));
    return map;
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
    for (String key : map.keySet()) {
      if (!KEYS.contains(key)) {
        throw invalid("unknown key \"" + key + "\"");
      }
    }
    if (number(map, "v") != FORMAT) {
      throw invalid("format " + map.get("v") + " was written by a newer version");
    }
    Position position = position(map, "ts", "seq");
    Capture capture = new Capture(optionalText(map, "filter"), decodeTables(text(map, "tables")));
    Optional<Position> resolved =
        map.get("resolved_ts") == null
            ? Optional.empty()
            : Optional.of(position(map, "resolved_ts", "resolved_seq"));
    String mode = text(map, "mode");
    return switch (mode) {
      case DELTAS_MODE -> new SourceOffset.Streaming(position, capture, resolved);
      case SNAPSHOT_MODE ->
          new SourceOffset.Snapshotting(
              position, new SnapshotId(text(map, "snapshot_id")), cursor(map), capture, resolved);
      default -> throw invalid("\"mode\" is \"" + mode + "\", expected deltas or snapshot");
    };
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

  private static String encodeTables(Map<TableId, TableStatus> tables) {
    ObjectNode node = JSON.createObjectNode();
    tables.forEach((table, status) -> node.put(table.toString(), status.text()));
    return node.toString();
  }

  private static Map<TableId, TableStatus> decodeTables(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      if (!node.isObject()) {
        throw new IllegalArgumentException("not an object");
      }
      Map<TableId, TableStatus> tables = new TreeMap<>();
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        tables.put(TableId.parse(entry.getKey()), TableStatus.parse(entry.getValue().asText()));
      }
      return tables;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw invalid(
          "\"tables\" is not the text of a JSON object from table names to captured, pending or"
              + " complete");
    }
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
