package io.convexpowersync.streams.compiler;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that a querier evaluates to find bucket parameters: an index over a table, or a
 * function of the request. Grows while its resolver is built.
 */
final class Lookup {
  private final Processor processor;
  private final List<PlanExpression> outputs = new ArrayList<>();

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

  /** The value of an expression over the rows that the lookup finds. */
  Value output(PlanExpression expression) {
    int index = outputs.indexOf(expression);
    if (index < 0) {
      index = outputs.size();
      outputs.add(expression);
      processor.use(expression);
    }
    return new Value.Output(this, index);
  }

  /** One more than the lookups that it needs first. */
  int stage() {
    return processor.partitions().stream()
            .mapToInt(partition -> stage(partition.value()))
            .max()
            .orElse(-1)
        + 1;
  }

  private static int stage(Value value) {
    if (value instanceof Value.Output output) {
      return output.lookup().stage();
    }
    return value instanceof Value.Intersection intersection
        ? intersection.values().stream().mapToInt(Lookup::stage).max().orElse(-1)
        : -1;
  }
}
