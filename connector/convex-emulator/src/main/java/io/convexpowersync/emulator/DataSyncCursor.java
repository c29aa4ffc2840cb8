package io.convexpowersync.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a sync is: what has been walked of its tables, and up to where the log has been replayed
 * for that. Immutable.
 *
 * @param syncId stable id of the sync
 * @param ts everything walked is as of this timestamp (ns)
 * @param tables by tablet
 */
record DataSyncCursor(String syncId, long ts, SortedMap<InternalId, Walk> tables) {
  private static final ObjectMapper JSON = new ObjectMapper();

  DataSyncCursor {
    tables = new TreeMap<>(tables);
  }

  /** How far the walk of a table is. */
  sealed interface Walk {
    /** It has ended. */
    record Done() implements Walk {}

    /** It has got past this document. */
    record After(InternalId id) implements Walk {}

    /** It has not begun. */
    record Pending() implements Walk {}

    /** Whether the document has been walked past, so that its changes have to be replayed. */
    default boolean covers(InternalId id) {
      return this instanceof Done || this instanceof After after && id.compareTo(after.id) <= 0;
    }
  }

  boolean walked() {
    return tables.values().stream().allMatch(Walk.Done.class::isInstance);
  }

  long tablesDone() {
    return tables.values().stream().filter(Walk.Done.class::isInstance).count();
  }

  DataSyncCursor with(InternalId tablet, Walk walk) {
    SortedMap<InternalId, Walk> changed = new TreeMap<>(tables);
    changed.put(tablet, walk);
    return new DataSyncCursor(syncId, ts, changed);
  }

  DataSyncCursor at(long timestamp) {
    return new DataSyncCursor(syncId, timestamp, tables);
  }

  byte[] toBytes() {
    ObjectNode node = JSON.createObjectNode().put("sync", syncId).put("ts", ts);
    ObjectNode walks = node.putObject("tables");
    tables.forEach((tablet, walk) -> walks.put(text(tablet), text(walk)));
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static DataSyncCursor of(byte[] bytes) {
    JsonNode node;
    try {
      node = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not a cursor of data/sync", e);
    }
    SortedMap<InternalId, Walk> tables = new TreeMap<>();
    node.path("tables")
        .properties()
        .forEach(field -> tables.put(id(field.getKey()), walk(field.getValue().asText())));
    return new DataSyncCursor(node.path("sync").asText(), node.path("ts").longValue(), tables);
  }

  private static String text(Walk walk) {
    if (walk instanceof Walk.After after) {
      return text(after.id);
    }
    return walk instanceof Walk.Done ? "done" : "";
  }

  private static Walk walk(String text) {
    return switch (text) {
      case "done" -> new Walk.Done();
      case "" -> new Walk.Pending();
      default -> new Walk.After(id(text));
    };
  }

  private static String text(InternalId id) {
    return Base64.getEncoder().encodeToString(id.toBytes());
  }

  private static InternalId id(String text) {
    return InternalId.of(Base64.getDecoder().decode(text));
  }
}
