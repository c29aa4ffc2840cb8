package io.convexpowersync.streams.compiler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;

/** Writes expressions as the plan has them. */
final class PlanExpressionJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Above, JavaScript uses exponents. */
  private static final double WHOLE_NUMBERS = 1e21;

  private final Function<PlanExpression.Input, ObjectNode> inputs;

  /**
   * @param inputs writes an input, which depends on where the expression is used
   */
  PlanExpressionJson(Function<PlanExpression.Input, ObjectNode> inputs) {
    this.inputs = inputs;
  }

  ArrayNode list(List<? extends PlanExpression> expressions) {
    ArrayNode list = JSON.arrayNode();
    expressions.forEach(expression -> list.add(of(expression)));
    return list;
  }

  JsonNode of(PlanExpression expression) {
    if (expression instanceof PlanExpression.Data data) {
      return node("data").set("source", inputs.apply(data.input()));
    }
    if (expression instanceof PlanExpression.Unary unary) {
      return node("unary").put("operator", unary.operator()).set("operand", of(unary.operand()));
    }
    if (expression instanceof PlanExpression.Binary binary) {
      ObjectNode node = node("binary").put("operator", binary.operator());
      node.set("left", of(binary.left()));
      return node.set("right", of(binary.right()));
    }
    if (expression instanceof PlanExpression.Between between) {
      ObjectNode node = node("between").set("value", of(between.value()));
      node.set("low", of(between.low()));
      return node.set("high", of(between.high()));
    }
    if (expression instanceof PlanExpression.ScalarIn in) {
      return node("scalar_in")
          .<ObjectNode>set("target", of(in.target()))
          .set("in", list(in.values()));
    }
    if (expression instanceof PlanExpression.Case caseWhen) {
      return caseWhen(caseWhen);
    }
    if (expression instanceof PlanExpression.Cast cast) {
      return node("cast").put("cast_as", cast.type()).set("operand", of(cast.operand()));
    }
    if (expression instanceof PlanExpression.Call call) {
      return node("function")
          .put("function", call.function())
          .set("parameters", list(call.arguments()));
    }
    return literal(expression);
  }

  private static JsonNode literal(PlanExpression expression) {
    if (expression instanceof PlanExpression.Int integer) {
      return node("lit_int").put("base10", integer.digits());
    }
    if (expression instanceof PlanExpression.Text text) {
      return node("lit_string").put("value", text.value());
    }
    if (expression instanceof PlanExpression.Real real) {
      return node("lit_double").set("value", number(real.value()));
    }
    return node("lit_null");
  }

  /** As JavaScript writes it: whole numbers without a fraction. */
  private static JsonNode number(double value) {
    return value == Math.rint(value) && Math.abs(value) < WHOLE_NUMBERS
        ? JSON.numberNode(new BigDecimal(value).toBigInteger())
        : JSON.numberNode(value);
  }

  private JsonNode caseWhen(PlanExpression.Case expression) {
    ObjectNode node = node("case_when");
    if (expression.operand() != null) {
      node.set("operand", of(expression.operand()));
    }
    ArrayNode whens = node.putArray("whens");
    for (PlanExpression.Branch branch : expression.branches()) {
      ObjectNode when = whens.addObject();
      when.set("when", of(branch.when()));
      when.set("then", of(branch.then()));
    }
    if (expression.otherwise() != null) {
      node.set("else", of(expression.otherwise()));
    }
    return node;
  }

  private static ObjectNode node(String type) {
    return JSON.objectNode().put("type", type);
  }
}
