package io.convexpowersync.streams.compiler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is done with the rows of a source: filters, and values to partition them by. */
final class Processor {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final PlanExpressionJson SHAPE = new PlanExpressionJson(Processor::shape);

  private final RowSource source;
  private final List<PlanExpression> filters = new ArrayList<>();
  private final List<RowSource.Function> functions = new ArrayList<>();
  private final Map<JsonNode, Key> partitions = new LinkedHashMap<>();

  /**
   * @param source a table, or a function that the request evaluates
   */
  Processor(RowSource source) {
    this.source = source;
  }

  /** A value that rows are partitioned by, and all that it must be equal to. */
  private record Key(PlanExpression expression, List<Lookup.Value> values) {}

  /** A value that rows are partitioned by, and where the querier finds it. */
  record Partition(PlanExpression key, Lookup.Value value) {}

  RowSource source() {
    return source;
  }

  List<PlanExpression> filters() {
    return filters;
  }

  /** Those that multiply the rows, in the order of their first use. */
  List<RowSource.Function> functions() {
    return functions;
  }

  void filter(PlanExpression condition) {
    use(condition);
    filters.add(condition);
  }

  /** The same key again, be it over another call of the same function, must be equal to both. */
  void partition(PlanExpression key, Lookup.Value value) {
    use(key);
    partitions
        .computeIfAbsent(SHAPE.of(key), shape -> new Key(key, new ArrayList<>()))
        .values()
        .add(value);
  }

  void use(PlanExpression expression) {
    expression.forEachInput(
        data -> {
          if (data.input() instanceof PlanExpression.Input.Column column
              && column.source() instanceof RowSource.Function function
              && function != source
              && !functions.contains(function)) {
            functions.add(function);
          }
        });
  }

  /** In the order of their hashes: the order of values in bucket names. */
  List<Partition> partitions() {
    return partitions.values().stream()
        .map(key -> new Partition(key.expression(), value(key.values())))
        .sorted(Comparator.comparingInt(partition -> hash(partition.key())))
        .toList();
  }

  private static Lookup.Value value(List<Lookup.Value> values) {
    return values.size() == 1 ? values.get(0) : new Lookup.Value.Intersection(values);
  }

  private static int hash(PlanExpression key) {
    StableHash hash = new StableHash();
    addKey(hash, key);
    return hash.result();
  }

  /** Calls of a function with the same arguments have the same shape. */
  private static ObjectNode shape(PlanExpression.Input input) {
    ObjectNode node = JSON.objectNode().put("name", input.name());
    return input instanceof PlanExpression.Input.Column column
            && column.source() instanceof RowSource.Function function
        ? node.put("function", function.name()).set("arguments", SHAPE.list(function.arguments()))
        : node;
  }

  /** A key that begins with an output of a function is hashed with its call. */
  static void addKey(StableHash hash, PlanExpression key) {
    leadingFunction(key).ifPresent(function -> addFunction(hash, function));
    hash.add(key);
  }

  static void addFunction(StableHash hash, RowSource.Function function) {
    hash.add(function.name());
    function.arguments().forEach(hash::add);
  }

  /** The function whose output is the first input of an expression. */
  static Optional<RowSource.Function> leadingFunction(PlanExpression expression) {
    List<PlanExpression.Data> inputs = new ArrayList<>();
    expression.forEachInput(inputs::add);
    return inputs.stream()
        .findFirst()
        .map(data -> Dependency.of(data.input()).source())
        .filter(RowSource.Function.class::isInstance)
        .map(RowSource.Function.class::cast);
  }
}
