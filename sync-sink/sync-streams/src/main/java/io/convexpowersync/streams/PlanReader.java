package io.convexpowersync.streams;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reads the plan that the Service compiled and stored, and compiles its expressions. Refuses what
 * cannot be evaluated with the Service's results; warns of what can, but always fails.
 */
final class PlanReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NEWEST_VERSION = 2;
  private static final int FIXED_JSON_EDITION = 2;

  private final Dialect dialect;
  private final JsonNode plan;
  private final PlanNames names;
  private final Map<String, ScalarFunction> functions;
  private final JsonEach jsonEach;
  private final String defaultSchema;
  private final String bucketPrefix;
  private final PlanWarnings warnings = new PlanWarnings();

  /** Select lists without table-valued functions; equal ones of a table are one object. */
  private final Map<ColumnList, List<DataSource.Column>> columnLists = new HashMap<>();

  /** Columns may depend on what the pattern leaves of a table's name. */
  private record ColumnList(TablePattern pattern, JsonNode columns) {}

  private PlanReader(
      JsonNode envelope, Dialect dialect, int replicationStreamId, String defaultSchema) {
    this.dialect = dialect;
    this.plan = PlanJson.object(envelope, "plan");
    this.names = new PlanNames(plan, dialect);
    Compatibility compatibility = compatibility(PlanJson.object(envelope, "compatibility"));
    this.functions = Functions.of(compatibility);
    this.jsonEach = new JsonEach(compatibility);
    this.defaultSchema = defaultSchema;
    this.bucketPrefix = replicationStreamId + "#";
  }

  /**
   * @param syncPlan text of {@code sync_rules.sync_plan}
   * @param defaultSchema schema of tables that the plan names without one
   * @throws InvalidPlanException if the plan cannot be run
   */
  static Plan read(
      String syncPlan, Dialect dialect, int replicationStreamId, String defaultSchema) {
    JsonNode envelope = parse(syncPlan);
    refuseErrors(envelope.path("errors"));
    PlanReader reader = new PlanReader(envelope, dialect, replicationStreamId, defaultSchema);
    reader.requireKnownVersion();
    reader.warnings.ofEvents(envelope.path("eventDescriptors"));
    return reader.read();
  }

  private static JsonNode parse(String syncPlan) {
    if (syncPlan == null || syncPlan.isBlank()) {
      throw new InvalidPlanException(
          "There is no sync plan. Only Sync Streams (edition 3) deployed by PowerSync Service 1.20"
              + " or later have one: deploy the sync config again");
    }
    try {
      JsonNode envelope = JSON.readTree(syncPlan);
      if (envelope.isObject()) {
        return envelope;
      }
      throw new InvalidPlanException("The sync plan is not a JSON object");
    } catch (JsonProcessingException e) {
      throw new InvalidPlanException("The sync plan is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static void refuseErrors(JsonNode errors) {
    for (JsonNode error : errors) {
      if (error.path("level").asText().equals("fatal")) {
        throw new InvalidPlanException(
            "The sync config was deployed with an error: " + error.path("message").asText());
      }
    }
  }

  private void requireKnownVersion() {
    JsonNode version = plan.path("version");
    if (!version.canConvertToInt() || version.intValue() < 1) {
      throw new InvalidPlanException("The sync plan has no version");
    }
    if (version.intValue() > NEWEST_VERSION) {
      throw new InvalidPlanException(
          "Sync plan version "
              + version.intValue()
              + " is newer than this program understands ("
              + NEWEST_VERSION
              + "): upgrade it");
    }
  }

  private static Compatibility compatibility(JsonNode node) {
    JsonNode options = node.path("overrides");
    if (options.path("unstable_sqlite_expression_engine").asBoolean()) {
      throw new InvalidPlanException(
          "The option unstable_sqlite_expression_engine is not supported: remove it from the sync"
              + " config");
    }
    boolean byEdition = node.path("edition").asInt() >= FIXED_JSON_EDITION;
    return new Compatibility(options.path("fixed_json_extract").asBoolean(byEdition));
  }

  private Plan read() {
    List<DataSource> sources = new ArrayList<>();
    for (JsonNode node : PlanJson.array(plan, "dataSources")) {
      String name = names.ofDataSource(sources.size());
      sources.add(named(name, () -> dataSource(node)));
      warnings.ofOperators(name, node);
      warnings.ofSchema(name, sources.get(sources.size() - 1).selection().pattern());
    }
    List<Bucket> buckets = new ArrayList<>();
    for (JsonNode node : PlanJson.array(plan, "buckets")) {
      buckets.add(bucket(node, sources));
    }
    List<LookupSource> indexes = new ArrayList<>();
    for (JsonNode node : PlanJson.array(plan, "parameterIndexes")) {
      String name = names.ofParameterIndex(indexes.size());
      indexes.add(named(name, () -> parameterIndex(node)));
      warnings.ofOperators(name, node);
      warnings.ofSchema(name, indexes.get(indexes.size() - 1).pattern());
    }
    BucketWays.of(plan)
        .metTwice()
        .forEach((index, users) -> warnings.ofTwoWays(names.ofBucket(index, users)));
    return new Plan(List.copyOf(buckets), List.copyOf(indexes), warnings.all());
  }

  private static <T> T named(String name, Supplier<T> part) {
    try {
      return part.get();
    } catch (InvalidPlanException e) {
      throw new InvalidPlanException(name + ": " + e.getMessage(), e);
    }
  }

  private Bucket bucket(JsonNode node, List<DataSource> all) {
    String name = PlanJson.text(node, "uniqueName");
    List<DataSource> sources = new ArrayList<>();
    for (JsonNode index : PlanJson.array(node, "sources")) {
      sources.add(all.get(PlanJson.index(index, all.size())));
    }
    return new Bucket(name, bucketPrefix + name, List.copyOf(sources));
  }

  private DataSource dataSource(JsonNode node) {
    Selection selection = hasCondition(node) ? conditions().selection(node) : processor(node);
    String outputTable =
        node.hasNonNull("outputTableName") ? PlanJson.text(node, "outputTableName") : null;
    JsonNode list = PlanJson.array(node, "columns");
    List<DataSource.Column> columns = columns(list, node.path("tableValuedFunctions").size());
    if (!selection.multipliesRows()) {
      List<DataSource.Column> same =
          columnLists.putIfAbsent(new ColumnList(selection.pattern(), list), columns);
      columns = same == null ? columns : same;
    }
    return new DataSource(selection, outputTable, columns);
  }

  private boolean hasCondition(JsonNode node) {
    return dialect.hasConditions() && node.has("condition");
  }

  private ConditionReader conditions() {
    return new ConditionReader(expressions(0), this::pattern);
  }

  private List<DataSource.Column> columns(JsonNode list, int functions) {
    ExpressionCompiler expressions = expressions(functions);
    List<DataSource.Column> columns = new ArrayList<>();
    for (JsonNode column : list) {
      columns.add(column.isTextual() ? star(column.textValue()) : named(column, expressions));
    }
    return List.copyOf(columns);
  }

  private DataSource.Column named(JsonNode column, ExpressionCompiler expressions) {
    return new DataSource.Column.Named(
        PlanJson.text(column, "alias"),
        expressions.compile(PlanJson.object(column, "expr")),
        dialect.blobsOverwrite());
  }

  private DataSource.Column star(String name) {
    if (name.equals("star")) {
      return DataSource.Column.Star.INSTANCE;
    }
    if (name.equals("public_star") && dialect.hasConditions()) {
      return DataSource.Column.PublicStar.INSTANCE;
    }
    throw new InvalidPlanException("unknown column '" + name + "'");
  }

  private LookupSource parameterIndex(JsonNode node) {
    if (hasCondition(node)) {
      return conditions().parameterQuery(node);
    }
    Processor processor = processor(node);
    JsonNode scope = PlanJson.object(node, "lookupScope");
    return new ParameterIndex(
        processor,
        expressions(processor.functions().size()).compileAll(node, "output"),
        PlanJson.text(scope, "lookupName"),
        PlanJson.text(scope, "queryId"));
  }

  private Processor processor(JsonNode node) {
    TablePattern pattern = pattern(PlanJson.object(node, "table"));
    List<NamedExpression> inputs = new ArrayList<>();
    for (JsonNode function : PlanJson.array(node, "tableValuedFunctions")) {
      inputs.add(tableFunction(function));
    }
    ExpressionCompiler expressions = expressions(inputs.size());
    List<NamedExpression> partitionBy = new ArrayList<>();
    for (JsonNode key : PlanJson.array(node, "partitionBy")) {
      partitionBy.add(expressions.named(PlanJson.object(key, "expr")));
    }
    return new Processor(
        pattern,
        jsonEach,
        List.copyOf(inputs),
        expressions.compileAll(node, "filters"),
        List.copyOf(partitionBy));
  }

  private ExpressionCompiler expressions(int tableFunctions) {
    return new ExpressionCompiler(functions, tableFunctions, dialect);
  }

  private NamedExpression tableFunction(JsonNode node) {
    String name = PlanJson.text(node, "functionName");
    if (!name.equals("json_each")) {
      throw new InvalidPlanException("unknown table-valued function '" + name + "'");
    }
    List<NamedExpression> inputs = expressions(0).compileAll(node, "functionInputs");
    if (inputs.size() != 1) {
      throw new InvalidPlanException("json_each takes one argument, not " + inputs.size());
    }
    return inputs.get(0);
  }

  /** Plans of edition 3 lose the connection's tag: every table is of the default connection. */
  private TablePattern pattern(JsonNode node) {
    String schema = node.hasNonNull("schema") ? PlanJson.text(node, "schema") : defaultSchema;
    String connection =
        dialect.hasConnections() && node.hasNonNull("connection")
            ? PlanJson.text(node, "connection")
            : SourceTable.DEFAULT_TAG;
    return new TablePattern(connection, schema, PlanJson.text(node, "table"));
  }
}
