package io.convexpowersync.streams;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Evaluates expressions without inputs, as compilers of editions 1 and 2 do while they compile. */
public final class ConstantExpressions {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Scope NOWHERE =
      new Scope(
          new Row(Map.of()),
          SourceTable.root(""),
          new TablePattern(SourceTable.DEFAULT_TAG, SourceTable.CONVEX_SCHEMA, ""),
          Scope.NO_FUNCTIONS);

  private final ExpressionCompiler expressions;

  /**
   * @param fixedJsonExtract the option {@code fixed_json_extract}
   */
  public ConstantExpressions(boolean fixedJsonExtract) {
    this.expressions =
        new ExpressionCompiler(
            Functions.of(new Compatibility(fixedJsonExtract)), 0, Dialect.BUCKET_DEFINITIONS);
  }

  /**
   * What a constant expression is worth.
   *
   * @param expression the same, as a literal where there is one for its value
   * @param text equal for equal values only
   */
  public record Constant(JsonNode expression, String text) {}

  /**
   * @param expression a node of a plan without inputs
   * @return empty when its value is absent, so that it is none
   * @throws InvalidPlanException if it cannot be evaluated; says why
   */
  public Optional<Constant> evaluate(JsonNode expression) {
    try {
      Value value = expressions.compile(expression).evaluate(NOWHERE);
      return value == Value.ABSENT
          ? Optional.empty()
          : Optional.of(new Constant(literal(value, expression), text(value)));
    } catch (EvaluationException e) {
      throw new InvalidPlanException(e.getMessage(), e);
    }
  }

  private static JsonNode literal(Value value, JsonNode expression) {
    if (value instanceof Value.Text text) {
      return node("lit_string").put("value", text.value());
    }
    if (value instanceof Value.Int integer) {
      return node("lit_int").put("base10", integer.digits());
    }
    if (value instanceof Value.Real real && Double.isFinite(real.value())) {
      return node("lit_double").put("value", real.value());
    }
    return value == Value.NULL ? node("lit_null") : expression;
  }

  private static ObjectNode node(String type) {
    return JSON.objectNode().put("type", type);
  }

  private static String text(Value value) {
    if (value instanceof Value.Blob blob) {
      return "x'" + HexFormat.of().formatHex(blob.bytes()) + "'";
    }
    StringBuilder text = new StringBuilder();
    JsonWriter.write(text, value);
    return text.toString();
  }
}
