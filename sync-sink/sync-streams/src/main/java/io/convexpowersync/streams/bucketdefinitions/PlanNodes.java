package io.convexpowersync.streams.bucketdefinitions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;

/** Expressions as plans have them. */
final class PlanNodes {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private PlanNodes() {}

  static ObjectNode nothing() {
    return node("lit_null");
  }

  static ObjectNode text(String value) {
    return node("lit_string").put("value", value);
  }

  static ObjectNode decimal(String digits) {
    return node("lit_double").put("value", Double.parseDouble(digits));
  }

  /** The compiler of editions 1 and 2 reads integers as doubles. */
  static ObjectNode integer(String digits) {
    double value = Double.parseDouble(digits);
    return node("lit_int").put("base10", new BigDecimal(value).toBigInteger().toString());
  }

  static ObjectNode column(String name) {
    return data(JSON.objectNode().put("column", name));
  }

  /** What a request holds. */
  static ObjectNode request(String key) {
    return data(JSON.objectNode().put("request", key));
  }

  /** What follows the prefix of a table pattern in the table's name. */
  static ObjectNode tableSuffix() {
    return data(JSON.objectNode().put("metadata", "table_suffix"));
  }

  private static ObjectNode data(ObjectNode source) {
    return node("data").set("source", source);
  }

  static Function<List<JsonNode>, JsonNode> binary(String operator) {
    return operands ->
        node("binary")
            .put("operator", operator)
            .<ObjectNode>set("left", operands.get(0))
            .set("right", operands.get(1));
  }

  static JsonNode not(JsonNode operand) {
    return node("unary").put("operator", "not").set("operand", operand);
  }

  static JsonNode isNull(JsonNode operand) {
    return binary("is").apply(List.of(operand, nothing()));
  }

  static JsonNode contains(List<JsonNode> operands) {
    return call("ps_json_contains").apply(operands);
  }

  static Function<List<JsonNode>, JsonNode> cast(String type) {
    return operands -> node("cast").put("cast_as", type).set("operand", operands.get(0));
  }

  static Function<List<JsonNode>, JsonNode> call(String function) {
    return operands -> {
      ArrayNode parameters = JSON.arrayNode();
      operands.forEach(parameters::add);
      return node("function").put("function", function).set("parameters", parameters);
    };
  }

  static ObjectNode object() {
    return JSON.objectNode();
  }

  static ArrayNode list() {
    return JSON.arrayNode();
  }

  private static ObjectNode node(String type) {
    return JSON.objectNode().put("type", type);
  }
}
