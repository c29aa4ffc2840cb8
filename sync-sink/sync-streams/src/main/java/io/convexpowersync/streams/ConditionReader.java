package io.convexpowersync.streams;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads the sources that bucket definitions are compiled to: they have a condition where those of
 * edition 3 have filters and partitions.
 */
final class ConditionReader {
  private final ExpressionCompiler expressions;
  private final Function<JsonNode, TablePattern> patterns;

  ConditionReader(ExpressionCompiler expressions, Function<JsonNode, TablePattern> patterns) {
    this.expressions = expressions;
    this.patterns = patterns;
  }

  ConditionalSelection selection(JsonNode source) {
    return new ConditionalSelection(
        patterns.apply(PlanJson.object(source, "table")),
        condition(PlanJson.object(source, "condition")),
        texts(source, "parameters"));
  }

  ParameterQuery parameterQuery(JsonNode source) {
    JsonNode scope = PlanJson.object(source, "lookupScope");
    Map<String, Expression> outputs = new LinkedHashMap<>();
    for (JsonNode output : PlanJson.array(source, "output")) {
      outputs.put(
          PlanJson.text(output, "alias"), expressions.compile(PlanJson.object(output, "expr")));
    }
    return new ParameterQuery(
        patterns.apply(PlanJson.object(source, "table")),
        condition(PlanJson.object(source, "condition")),
        texts(source, "inputs"),
        outputs,
        PlanJson.text(scope, "lookupName"),
        PlanJson.text(scope, "queryId"));
  }

  private Condition condition(JsonNode node) {
    String type = PlanJson.text(node, "type");
    return switch (type) {
      case "filter" -> new Condition.Filter(expression(node));
      case "equal" ->
          new Condition.Equal(parameter(node), expression(node), node.path("nullable").asBoolean());
      case "each" -> new Condition.Each(parameter(node), expression(node));
      case "present" -> new Condition.Present(parameter(node));
      case "and" -> new Condition.And(operand(node, "left"), operand(node, "right"));
      case "or" -> new Condition.Or(operand(node, "left"), operand(node, "right"));
      default -> throw new InvalidPlanException("unknown condition '" + type + "'");
    };
  }

  private Condition operand(JsonNode node, String side) {
    return condition(PlanJson.object(node, side));
  }

  private NamedExpression expression(JsonNode node) {
    return expressions.named(PlanJson.object(node, "expr"));
  }

  private static String parameter(JsonNode node) {
    return PlanJson.text(node, "parameter");
  }

  private static List<String> texts(JsonNode parent, String field) {
    List<String> texts = new ArrayList<>();
    PlanJson.array(parent, field).forEach(text -> texts.add(text.asText()));
    return List.copyOf(texts);
  }
}
