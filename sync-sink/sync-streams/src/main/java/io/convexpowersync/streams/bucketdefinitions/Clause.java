package io.convexpowersync.streams.bucketdefinitions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What an expression depends on decides where it is evaluated, and what it can be part of. */
sealed interface Clause {

  /**
   * Depends on nothing.
   *
   * @param expression as plans have it
   * @param text equal for equal values only
   */
  record Constant(JsonNode expression, String text) implements Clause {}

  /**
   * Depends on the row.
   *
   * @param isColumn whether it is a column as it is
   */
  record OfRow(JsonNode expression, boolean isColumn) implements Clause {}

  /**
   * Depends on who asks: a parameter of the bucket, or a value of the request. It is not evaluated
   * here.
   *
   * @param key equal for equal expressions
   * @param expression as plans have it, only as far as {@link Querier} needs it
   */
  record Parameter(String key, JsonNode expression) implements Clause {
    Parameter(String key) {
      this(key, PlanNodes.request(key));
    }
  }

  /**
   * A condition that holds for some values of parameters.
   *
   * @param inputs the parameters; none for a condition on the row alone
   * @param condition as the evaluator reads it
   * @param expandsRow whether one row gives several values
   * @param required what has to be true of the parameters, whatever the row holds
   */
  record Match(Set<Input> inputs, ObjectNode condition, boolean expandsRow, List<JsonNode> required)
      implements Clause {
    private Match(Set<Input> inputs, ObjectNode condition, boolean expandsRow) {
      this(inputs, condition, expandsRow, List.of());
    }

    static Match row(JsonNode expression) {
      ObjectNode condition = node("filter");
      condition.set("expr", expression);
      return new Match(Set.of(), condition, false);
    }

    static Match equal(Parameter parameter, JsonNode value) {
      return new Match(inputs(parameter.key(), false), on("equal", parameter.key(), value), false);
    }

    /** The row's value is in an array of the request. */
    static Match member(Parameter array, JsonNode value) {
      String key = array.key() + "[*]";
      return new Match(inputs(key, true), on("equal", key, value).put("nullable", true), false);
    }

    /** The parameter is in an array of the row. */
    static Match each(Parameter parameter, JsonNode array) {
      return new Match(inputs(parameter.key(), false), on("each", parameter.key(), array), true);
    }

    static Match present(Parameter parameter) {
      ObjectNode condition = node("present").put("parameter", parameter.key());
      return new Match(
          inputs(parameter.key(), false), condition, false, List.of(parameter.expression()));
    }

    /**
     * @param type {@code and} or {@code or}
     */
    static Match combined(String type, Match left, Match right) {
      Set<Input> inputs = new LinkedHashSet<>(left.inputs());
      inputs.addAll(right.inputs());
      ObjectNode condition = node(type);
      condition.set("left", left.condition());
      condition.set("right", right.condition());
      List<JsonNode> required = new ArrayList<>();
      if (type.equals("and")) {
        required.addAll(left.required());
        required.addAll(right.required());
      }
      return new Match(
          inputs, condition, left.expandsRow() || right.expandsRow(), List.copyOf(required));
    }

    private static Set<Input> inputs(String key, boolean expands) {
      return Set.of(new Input(key, expands));
    }

    private static ObjectNode on(String type, String parameter, JsonNode expression) {
      ObjectNode condition = node(type).put("parameter", parameter);
      condition.set("expr", expression);
      return condition;
    }

    private static ObjectNode node(String type) {
      return JsonNodeFactory.instance.objectNode().put("type", type);
    }
  }

  /**
   * A parameter of a condition.
   *
   * @param expands whether the request gives several values for it
   */
  record Input(String key, boolean expands) {}

  /** Wrong, which has been reported. */
  enum Wrong implements Clause {
    REPORTED
  }
}
