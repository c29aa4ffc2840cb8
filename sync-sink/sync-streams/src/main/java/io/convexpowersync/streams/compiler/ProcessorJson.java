package io.convexpowersync.streams.compiler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Writes what is done with rows: data sources, and the indexes and functions of lookups. */
final class ProcessorJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Expressions of queriers. */
  static final PlanExpressionJson REQUEST =
      new PlanExpressionJson(
          input -> JSON.objectNode().put("request", ((PlanExpression.Input.Request) input).kind()));

  /** Expressions over the rows of a function that the request evaluates. */
  private static final PlanExpressionJson FUNCTION_ROWS =
      new PlanExpressionJson(
          input -> JSON.objectNode().put("column", ((PlanExpression.Input.Column) input).name()));

  private boolean metadata;

  /** Whether anything that was written needs the second version of the plan format. */
  boolean usesMetadata() {
    return metadata;
  }

  ObjectNode dataSource(Resolver resolver) {
    Processor rows = resolver.rows();
    Optional<String> outputName = resolver.query().table().outputName();
    StableHash hash = hash(rows);
    ObjectNode node = processor(rows);
    PlanExpressionJson expressions = expressions(rows);
    ArrayNode columns = node.putArray("columns");
    for (Query.Column column : resolver.query().columns()) {
      if (column instanceof Query.Column.Named named) {
        hash.add(named.expression()).add(named.name());
        columns
            .addObject()
            .put("alias", named.name())
            .set("expr", expressions.of(named.expression()));
      } else {
        columns.add("star");
      }
    }
    outputName.ifPresent(hash::add);
    outputName.ifPresent(name -> node.put("outputTableName", name));
    return node.put("hash", hash.result());
  }

  ObjectNode index(Lookup lookup) {
    StableHash hash = hash(lookup.processor());
    lookup.outputs().forEach(hash::add);
    ObjectNode node = processor(lookup.processor());
    node.set("output", expressions(lookup.processor()).list(lookup.outputs()));
    return node.put("hash", hash.result());
  }

  ObjectNode functionLookup(Lookup lookup) {
    RowSource.Function function = (RowSource.Function) lookup.processor().source();
    ObjectNode node =
        JSON.objectNode().put("type", "table_valued").put("functionName", function.name());
    node.set("functionInputs", REQUEST.list(function.arguments()));
    node.set("outputs", FUNCTION_ROWS.list(lookup.outputs()));
    node.set("filters", FUNCTION_ROWS.list(lookup.processor().filters()));
    return node;
  }

  private ObjectNode processor(Processor processor) {
    ObjectNode node = JSON.objectNode();
    RowSource.Table table = (RowSource.Table) processor.source();
    node.putObject("table")
        .put("connection", table.connection())
        .put("schema", table.schema())
        .put("table", table.pattern());
    PlanExpressionJson expressions = expressions(processor);
    ArrayNode functions = node.putArray("tableValuedFunctions");
    for (RowSource.Function function : processor.functions()) {
      functions
          .addObject()
          .put("functionName", function.name())
          .set("functionInputs", expressions.list(function.arguments()));
    }
    node.set("filters", expressions.list(processor.filters()));
    ArrayNode partitions = node.putArray("partitionBy");
    processor
        .partitions()
        .forEach(partition -> partitions.addObject().set("expr", expressions.of(partition.key())));
    return node;
  }

  private PlanExpressionJson expressions(Processor processor) {
    return new PlanExpressionJson(input -> input(input, processor));
  }

  private ObjectNode input(PlanExpression.Input input, Processor processor) {
    if (input instanceof PlanExpression.Input.Metadata row) {
      metadata = true;
      return JSON.objectNode().put("metadata", row.kind());
    }
    PlanExpression.Input.Column column = (PlanExpression.Input.Column) input;
    return column.source() instanceof RowSource.Function function
        ? JSON.objectNode()
            .put("function", processor.functions().indexOf(function))
            .put("outputName", column.name())
        : JSON.objectNode().put("column", column.name());
  }

  private static StableHash hash(Processor processor) {
    RowSource.Table table = (RowSource.Table) processor.source();
    StableHash hash = new StableHash();
    if (table.connection() != null) {
      hash.add(table.connection());
    }
    if (table.schema() != null) {
      hash.add(table.schema());
    }
    hash.add(table.pattern());
    processor.filters().forEach(hash::add);
    processor.partitions().forEach(partition -> Processor.addKey(hash, partition.key()));
    processor.functions().forEach(function -> Processor.addFunction(hash, function));
    return hash;
  }
}
