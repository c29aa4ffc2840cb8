package io.convexpowersync.streams.compiler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Something that a querier evaluates to find bucket parameters: an index over a table, or a
 * function of the request. Grows while its resolver is built.
 */
final class Lookup {
  private static final PlanExpressionJson SHAPE =
      new PlanExpressionJson(input -> JsonNodeFactory.instance.objectNode().put("", input.name()));

  private final Processor processor;
  private final List<PlanExpression> outputs = new ArrayList<>();
  private final Map<JsonNode, Integer> shapes = new HashMap<>();

  Lookup(Processor processor) {
    this.processor = processor;
  }

  /** A value that a querier computes. */
  sealed interface Value {
    /** From the request. */
    record Request(PlanExpression expression) implements Value {}

    /** An output of a lookup. */
    record Output(Lookup lookup, int index) implements Value {}

    /** What all of them have in common. */
    record Intersection(List<Value> values) implements Value {}
  }

  Processor processor() {
    return processor;
  }

  List<PlanExpression> outputs() {
    return outputs;
  }

  /**
   * The value of an expression over the rows that the lookup finds. Expressions that differ only in
   * where their columns come from share an output, as in PowerSync's compiler.
   */
  Value output(PlanExpression expression) {
    processor.use(expression);
    JsonNode shape = SHAPE.of(expression);
    Integer index = shapes.putIfAbsent(shape, outputs.size());
    if (index == null) {
      outputs.add(expression);
    }
    return new Value.Output(this, shapes.get(shape));
  }
}
