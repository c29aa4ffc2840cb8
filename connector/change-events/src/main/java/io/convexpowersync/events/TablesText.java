package io.convexpowersync.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an offset knows of tables, as JSON text, because a stored offset is a flat map. The readers
 * throw {@link IllegalArgumentException} for anything else.
 */
final class TablesText {
  private static final ObjectMapper JSON = new ObjectMapper();

  static String ofStatuses(Map<TableId, TableStatus> statuses) {
    ObjectNode node = JSON.createObjectNode();
    statuses.forEach((table, status) -> node.put(table.toString(), status.text()));
    return node.toString();
  }

  static Map<TableId, TableStatus> statuses(String text) {
    Map<TableId, TableStatus> statuses = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : object(text).properties()) {
      statuses.put(TableId.parse(entry.getKey()), TableStatus.parse(entry.getValue().asText()));
    }
    return statuses;
  }

  static String ofNumbers(Map<TableId, List<Long>> numbers) {
    ObjectNode node = JSON.createObjectNode();
    numbers.forEach((table, seen) -> seen.forEach(node.putArray(table.toString())::add));
    return node.toString();
  }

  static Map<TableId, List<Long>> numbers(String text) {
    Map<TableId, List<Long>> numbers = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : object(text).properties()) {
      List<Long> seen = new ArrayList<>();
      for (JsonNode number : require(entry.getValue(), entry.getValue().isArray())) {
        seen.add(require(number, number.isIntegralNumber()).longValue());
      }
      numbers.put(TableId.parse(entry.getKey()), seen);
    }
    return numbers;
  }

  static String ofNames(Collection<TableId> tables) {
    ArrayNode node = JSON.createArrayNode();
    tables.forEach(table -> node.add(table.toString()));
    return node.toString();
  }

  static Set<TableId> names(String text) {
    JsonNode node = parse(text);
    Set<TableId> tables = new TreeSet<>();
    for (JsonNode name : require(node, node.isArray())) {
      tables.add(TableId.parse(require(name, name.isTextual()).textValue()));
    }
    return tables;
  }

  private static JsonNode object(String text) {
    JsonNode node = parse(text);
    return require(node, node.isObject());
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Not JSON", e);
    }
  }

  private static JsonNode require(JsonNode node, boolean fits) {
    if (!fits) {
      throw new IllegalArgumentException("Not as expected: " + node.getNodeType());
    }
    return node;
  }

  private TablesText() {}
}
