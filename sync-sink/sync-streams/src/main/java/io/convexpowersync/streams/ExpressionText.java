package io.convexpowersync.streams;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Writes the expressions of a plan as SQL, for people to read. */
final class ExpressionText {
  private ExpressionText() {}

  /**
   * @param node an expression that compiles
   */
  static String of(JsonNode node) {
    return switch (node.path("type").asText()) {
      case "data" -> input(node.path("source"));
      case "unary" -> keyword(node) + " " + of(node.path("operand"));
      case "binary" ->
          "(" + of(node.path("left")) + " " + keyword(node) + " " + of(node.path("right")) + ")";
      case "between" ->
          of(node.path("value"))
              + " BETWEEN "
              + of(node.path("low"))
              + " AND "
              + of(node.path("high"));
      case "scalar_in" -> of(node.path("target")) + " IN (" + list(node.path("in")) + ")";
      case "case_when" -> caseWhen(node);
      case "cast" ->
          "CAST(" + of(node.path("operand")) + " AS " + node.path("cast_as").asText() + ")";
      case "function" -> node.path("function").asText() + "(" + list(node.path("parameters")) + ")";
      case "lit_null" -> "NULL";
      case "lit_double" -> NumberText.of(node.path("value").asDouble());
      case "lit_int" -> node.path("base10").asText();
      default -> "'" + node.path("value").asText().replace("'", "''") + "'";
    };
  }

  private static String input(JsonNode source) {
    if (source.has("column")) {
      return source.path("column").asText();
    }
    return source.has("metadata")
        ? source.path("metadata").asText() + "()"
        : "json_each." + source.path("outputName").asText();
  }

  private static String keyword(JsonNode node) {
    return node.path("operator").asText().toUpperCase(Locale.ROOT);
  }

  private static String caseWhen(JsonNode node) {
    StringBuilder text = new StringBuilder("CASE");
    if (node.hasNonNull("operand")) {
      text.append(' ').append(of(node.path("operand")));
    }
    for (JsonNode branch : node.path("whens")) {
      text.append(" WHEN ").append(of(branch.path("when")));
      text.append(" THEN ").append(of(branch.path("then")));
    }
    if (node.hasNonNull("else")) {
      text.append(" ELSE ").append(of(node.path("else")));
    }
    return text.append(" END").toString();
  }

  private static String list(JsonNode nodes) {
    return StreamSupport.stream(nodes.spliterator(), false)
        .map(ExpressionText::of)
        .collect(Collectors.joining(", "));
  }
}
