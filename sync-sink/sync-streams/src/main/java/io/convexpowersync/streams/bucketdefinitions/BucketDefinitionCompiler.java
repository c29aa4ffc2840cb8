package io.convexpowersync.streams.bucketdefinitions;

import static io.convexpowersync.streams.config.Problem.Category.SQL_SHAPE;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.streams.ConstantExpressions;
import io.convexpowersync.streams.config.Options;
import io.convexpowersync.streams.config.Problems;
import io.convexpowersync.streams.config.SqlText;
import io.convexpowersync.streams.config.SyncConfigFile;
import io.convexpowersync.streams.config.SyncConfigFile.BucketDefinition;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Compiles bucket definitions to what {@code SyncStreams.loadBucketDefinitions} loads: the shape of
 * a plan of edition 3, whose sources have a {@code condition} where those have filters and
 * partitions. The Service stores no such thing: it has the YAML, and compiles that whenever it
 * loads it.
 */
public final class BucketDefinitionCompiler {
  private final Problems problems;
  private final ConstantExpressions constants;
  private final ArrayNode sources = PlanNodes.list();
  private final ArrayNode buckets = PlanNodes.list();
  private final ArrayNode lookups = PlanNodes.list();
  private final ArrayNode queriers = PlanNodes.list();

  private BucketDefinitionCompiler(Options options, Problems problems) {
    this.problems = problems;
    this.constants = new ConstantExpressions(options.isOn(Options.FIXED_JSON));
  }

  /**
   * @param problems gets what is wrong; the result is only fit to run when nothing fatal is
   */
  public static ObjectNode compile(SyncConfigFile config, Problems problems) {
    BucketDefinitionCompiler compiler = new BucketDefinitionCompiler(config.options(), problems);
    config.buckets().forEach(compiler::compile);
    ObjectNode plan = PlanNodes.object().put("version", 1);
    plan.set("dataSources", compiler.sources);
    plan.set("buckets", compiler.buckets);
    plan.set("parameterIndexes", compiler.lookups);
    plan.set("streams", compiler.queriers);
    ObjectNode envelope = PlanNodes.object();
    envelope.set("plan", plan);
    ObjectNode compatibility =
        envelope.putObject("compatibility").put("edition", config.options().edition());
    ObjectNode overrides = compatibility.putObject("overrides");
    config.options().overrides().forEach(overrides::put);
    ObjectNode events = envelope.putObject("eventDescriptors");
    config.events().keySet().forEach(events::putArray);
    return envelope;
  }

  /** Checks the queries of {@code event_definitions}, which are alike in every edition. */
  public static void checkEvents(SyncConfigFile config, Problems problems) {
    ConstantExpressions constants =
        new ConstantExpressions(config.options().isOn(Options.FIXED_JSON));
    config
        .events()
        .values()
        .forEach(
            payloads ->
                payloads.forEach(
                    sql ->
                        DataQueryCompiler.checkPayload(new QueryText(sql, problems), constants)));
  }

  private void compile(BucketDefinition definition) {
    Optional<List<String>> names =
        definition.parameters().isEmpty()
            ? Optional.of(List.of())
            : parameters(definition, definition.parameters().get());
    ArrayNode own = PlanNodes.list();
    for (SqlText sql : definition.data()) {
      QueryText query = new QueryText(sql, problems);
      if (names.isEmpty()) {
        query.unplacedProblem(
            SQL_SHAPE, "Bucket parameters must be defined: see the errors of its parameters");
      } else {
        List<String> parameters = names.get().stream().map(name -> "bucket." + name).toList();
        DataQueryCompiler.compile(query, constants, parameters)
            .ifPresent(
                source -> {
                  own.add(sources.size());
                  sources.add(source);
                });
      }
    }
    buckets.addObject().put("uniqueName", definition.name()).set("sources", own);
  }

  /** The names that the first query gives, which the others must give too. */
  private Optional<List<String>> parameters(BucketDefinition definition, List<SqlText> queries) {
    List<String> names = null;
    for (int i = 0; i < queries.size(); i++) {
      QueryText query = new QueryText(queries.get(i), problems);
      Optional<ParameterQueryCompiler.Result> result =
          ParameterQueryCompiler.compile(query, constants, definition);
      if (result.isEmpty()) {
        continue;
      }
      names = names == null ? result.get().names() : names;
      if (!isSame(names, result.get().names())) {
        query.unplacedProblem(
            SQL_SHAPE,
            "Bucket parameters must match for each parameter query within a bucket. Expected: "
                + names);
      }
      queriers.add(result.get().querier().of(definition.name(), buckets.size()));
      if (result.get().lookup().isPresent()) {
        ObjectNode lookup = result.get().lookup().get();
        lookup
            .putObject("lookupScope")
            .put("lookupName", definition.name())
            .put("queryId", Integer.toString(i + 1));
        lookups.add(lookup);
      }
    }
    return Optional.ofNullable(names);
  }

  private static boolean isSame(List<String> names, List<String> others) {
    return names.size() == others.size() && new HashSet<>(names).equals(new HashSet<>(others));
  }
}
