package io.convexpowersync.streams;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Reads members of a plan's JSON, and says what is wrong when they are not as they should be. */
final class PlanJson {
  private PlanJson() {}

  static String text(JsonNode parent, String field) {
    return require(parent, field, parent.path(field).isTextual(), "a text").textValue();
  }

  static JsonNode object(JsonNode parent, String field) {
    return require(parent, field, parent.path(field).isObject(), "an object");
  }

  static JsonNode array(JsonNode parent, String field) {
    return require(parent, field, parent.path(field).isArray(), "a list");
  }

  /** An index into a list of the given size. */
  static int index(JsonNode parent, String field, int size) {
    return index(parent.path(field), size);
  }

  static int index(JsonNode node, int size) {
    if (!node.canConvertToInt() || node.intValue() < 0 || node.intValue() >= size) {
      throw new InvalidPlanException("not an index below " + size + ": " + node);
    }
    return node.intValue();
  }

  static <T> T known(Map<String, T> table, String name, String what) {
    T found = table.get(name);
    if (found == null) {
      throw new InvalidPlanException("unknown " + what + " '" + name + "'");
    }
    return found;
  }

  private static JsonNode require(JsonNode parent, String field, boolean valid, String what) {
    if (!valid) {
      throw new InvalidPlanException(
          "'" + field + "' should be " + what + " in " + excerpt(parent));
    }
    return parent.get(field);
  }

  private static String excerpt(JsonNode node) {
    String text = node.toString();
    return text.length() <= 120 ? text : text.substring(0, 120) + "...";
  }
}
