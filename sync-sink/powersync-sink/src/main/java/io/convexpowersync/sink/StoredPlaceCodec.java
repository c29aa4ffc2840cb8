package io.convexpowersync.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import io.convexpowersync.sink.log.BegunSnapshot;
import io.convexpowersync.sink.log.Continuity;
import io.convexpowersync.sink.log.LogBinding;
import io.convexpowersync.sink.log.LogState;
import io.convexpowersync.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** JSON text of a {@link StoredPlace}. Versioned by {@code v}, readable by people. */
final class StoredPlaceCodec {
  private static final int FORMAT = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  static String encode(StoredPlace place) {
    ObjectNode node = JSON.createObjectNode().put("v", FORMAT);
    LogState log = place.log();
    log.binding()
        .ifPresent(
            binding ->
                node.putObject("log")
                    .put("deployment", binding.deployment())
                    .put("name", binding.name()));
    putPosition(node, "highest", log.highest());
    putPosition(node, "published", log.published());
    log.lastResolved().ifPresent(resolved -> putPosition(node, "last_resolved", resolved));
    ArrayNode snapshots = node.putArray("snapshots");
    log.snapshots().forEach(snapshot -> putSnapshot(snapshots.addObject(), snapshot));
    node.put("snapshot_seen", log.snapshotSeen());
    log.gapNoticedMs().ifPresent(gap -> node.put("gap_noticed_ms", gap));
    putContinuity(node, log.continuity());
    ObjectNode tables = node.putObject("tables");
    log.tables().forEach((table, status) -> tables.put(table.toString(), status.text()));
    place.input().ifPresent(input -> putInput(node, input));
    ObjectNode rows = node.putObject("snapshot_rows");
    place.snapshotRows().forEach(rows::put);
    ObjectNode reached = node.putObject("snapshot_reached");
    place.snapshotReached().forEach(reached::put);
    return node.toString();
  }

  /**
   * Reads a stored place.
   *
   * @throws StorageException when a newer version wrote it, or something else did
   */
  static StoredPlace decode(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      if (node.path("v").asInt() != FORMAT) {
        throw unreadable(
            "its format is " + node.path("v") + ", this version reads " + FORMAT, null);
      }
      Map<String, Long> rows = new TreeMap<>();
      node.path("snapshot_rows")
          .properties()
          .forEach(e -> rows.put(e.getKey(), e.getValue().asLong()));
      Map<String, String> reached = new TreeMap<>();
      node.path("snapshot_reached")
          .properties()
          .forEach(e -> reached.put(e.getKey(), e.getValue().asText()));
      return new StoredPlace(logState(node), input(node), rows, reached);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw unreadable(e.getMessage(), e);
    }
  }

  private static LogState logState(JsonNode node) {
    Map<TableId, TableStatus> tables = new TreeMap<>();
    node.path("tables")
        .properties()
        .forEach(
            entry ->
                tables.put(
                    TableId.parse(entry.getKey()), TableStatus.parse(entry.getValue().asText())));
    return new LogState(
        optional(node, "log")
            .map(log -> new LogBinding(log.get("deployment").asText(), log.get("name").asText())),
        position(node.path("highest")),
        position(node.path("published")),
        optional(node, "last_resolved").map(StoredPlaceCodec::position),
        snapshots(node.path("snapshots")),
        node.path("snapshot_seen").asBoolean(),
        node.has("gap_noticed_ms")
            ? OptionalLong.of(node.get("gap_noticed_ms").asLong())
            : OptionalLong.empty(),
        continuity(node),
        tables);
  }

  private static void putSnapshot(ObjectNode node, BegunSnapshot snapshot) {
    node.put("id", snapshot.id().value());
    putPosition(node, "position", snapshot.position());
    ArrayNode tables = node.putArray("tables");
    snapshot.tables().forEach(table -> tables.add(table.toString()));
  }

  private static List<BegunSnapshot> snapshots(JsonNode node) {
    List<BegunSnapshot> snapshots = new ArrayList<>();
    node.forEach(snapshot -> snapshots.add(snapshot(snapshot)));
    return snapshots;
  }

  private static BegunSnapshot snapshot(JsonNode node) {
    List<TableId> tables = new ArrayList<>();
    node.path("tables").forEach(table -> tables.add(TableId.parse(table.asText())));
    return new BegunSnapshot(
        new SnapshotId(node.path("id").asText()), position(node.path("position")), tables);
  }

  private static void putContinuity(ObjectNode node, Continuity continuity) {
    continuity.marker().ifPresent(marker -> putPosition(node, "last_marker", marker));
    node.put("next_index", continuity.nextIndex());
    node.put("skipped_since_marker", continuity.skippedSinceMarker());
    node.put("skipped_since_publication", continuity.skippedSincePublication());
    node.put("missing_since_marker", continuity.missingSinceMarker());
    node.put("wrote_repeats", continuity.wroteRepeats());
  }

  private static Continuity continuity(JsonNode node) {
    return new Continuity(
        optional(node, "last_marker").map(StoredPlaceCodec::position),
        node.path("next_index").asLong(),
        node.path("skipped_since_marker").asBoolean(),
        node.path("skipped_since_publication").asBoolean(),
        node.path("missing_since_marker").asBoolean(),
        node.path("wrote_repeats").asBoolean());
  }

  private static void putInput(ObjectNode node, InputPlace input) {
    if (input instanceof InputPlace.Topic topic) {
      node.putObject("kafka")
          .put("topic", topic.topic())
          .put("partition", topic.partition())
          .put("next_offset", topic.nextOffset());
    } else if (input instanceof InputPlace.SourceConnector source) {
      node.set("source", JSON.valueToTree(new TreeMap<>(source.offset())));
    }
  }

  private static Optional<InputPlace> input(JsonNode node) {
    return optional(node, "kafka")
        .<InputPlace>map(
            kafka ->
                new InputPlace.Topic(
                    kafka.get("topic").asText(),
                    kafka.get("partition").asInt(),
                    kafka.get("next_offset").asLong()))
        .or(
            () ->
                optional(node, "source")
                    .map(
                        source ->
                            new InputPlace.SourceConnector(
                                JSON.convertValue(
                                    source, new TypeReference<Map<String, Object>>() {}))));
  }

  private static void putPosition(ObjectNode node, String name, Position position) {
    node.putObject(name).put("ts", position.ts()).put("seq", position.seq());
  }

  private static Position position(JsonNode node) {
    return new Position(node.path("ts").asLong(), node.path("seq").asLong());
  }

  private static Optional<JsonNode> optional(JsonNode node, String name) {
    return Optional.ofNullable(node.get(name));
  }

  private static StorageException unreadable(String why, Throwable cause) {
    return new StorageException(
        StorageException.Kind.CONFIGURATION,
        "The stored place of the replication stream cannot be read: "
            + why
            + ". Use the version that wrote it, or deploy the sync config again",
        cause);
  }

  private StoredPlaceCodec() {}
}
