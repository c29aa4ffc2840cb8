package io.convexpowersync.streams;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A compiled sync config, ready to run: says which buckets and lookups a Convex document goes to,
 * with exactly the results of the PowerSync Service.
 *
 * <p>Immutable and thread-safe. Nothing depends on earlier rows.
 */
public final class SyncStreams {
  private final Plan plan;
  private final List<TablePattern> patterns;

  private SyncStreams(Plan plan) {
    this.plan = plan;
    Set<TablePattern> distinct = new LinkedHashSet<>();
    plan.buckets()
        .forEach(bucket -> bucket.sources().forEach(s -> distinct.add(s.selection().pattern())));
    plan.lookups().forEach(lookup -> distinct.add(lookup.pattern()));
    this.patterns = List.copyOf(distinct);
  }

  /**
   * Loads the plan that the Service compiled.
   *
   * @param syncPlan text of {@code sync_rules.sync_plan}
   * @param replicationStreamId {@code sync_rules.id}, which bucket names start with
   * @throws InvalidPlanException if the plan cannot be run here; names the stream and the reason
   */
  public static SyncStreams load(String syncPlan, int replicationStreamId) {
    return load(syncPlan, replicationStreamId, SourceTable.CONVEX_SCHEMA);
  }

  static SyncStreams load(String syncPlan, int replicationStreamId, String defaultSchema) {
    return new SyncStreams(
        PlanReader.read(syncPlan, Dialect.STREAMS, replicationStreamId, defaultSchema));
  }

  /**
   * Loads what bucket definitions of editions 1 and 2 are compiled to. The Service stores nothing
   * like it: it compiles the YAML whenever it starts.
   *
   * @param compiled JSON text from {@code bucketdefinitions.BucketDefinitionCompiler}
   * @param replicationStreamId {@code sync_rules.id}, which bucket names start with
   * @throws InvalidPlanException if it cannot be run here
   */
  public static SyncStreams loadBucketDefinitions(String compiled, int replicationStreamId) {
    return loadBucketDefinitions(compiled, replicationStreamId, SourceTable.CONVEX_SCHEMA);
  }

  static SyncStreams loadBucketDefinitions(
      String compiled, int replicationStreamId, String defaultSchema) {
    return new SyncStreams(
        PlanReader.read(compiled, Dialect.BUCKET_DEFINITIONS, replicationStreamId, defaultSchema));
  }

  /** Whether any data source or lookup selects this table of the root component. */
  public boolean selects(String table) {
    return selects(SourceTable.root(table));
  }

  /**
   * Evaluates one document. Never throws for bad data: what fails is in {@link
   * Evaluation#errors()}, and the other sources are complete.
   *
   * @param table name of a table of the root component
   * @param document JSON text of the document, with or without Convex's metadata fields
   */
  public Evaluation evaluate(String table, String document, DocumentEncoding encoding) {
    return evaluate(SourceTable.root(table), document, encoding);
  }

  Evaluation evaluate(SourceTable table, String document, DocumentEncoding encoding) {
    return selects(table)
        ? new RowEvaluation(plan, table, row(document, encoding)).evaluate()
        : Evaluation.NOTHING;
  }

  /**
   * Says where a document goes, and why it does not go elsewhere.
   *
   * @param table name of a table of the root component
   * @param document JSON text of the document, with or without Convex's metadata fields
   */
  public Explanation explain(String table, String document, DocumentEncoding encoding) {
    return new Explainer(plan, SourceTable.root(table), row(document, encoding)).explain();
  }

  /**
   * What the plan holds that works differently from what its author may expect, here or in the
   * Service. The Service does not say it.
   */
  public List<String> warnings() {
    return plan.warnings();
  }

  /** Every table or pattern that the plan reads, without repetition, in plan order. */
  public List<TablePattern> tablePatterns() {
    return patterns;
  }

  Plan plan() {
    return plan;
  }

  private boolean selects(SourceTable table) {
    for (TablePattern pattern : patterns) {
      if (pattern.matches(table)) {
        return true;
      }
    }
    return false;
  }

  private static Supplier<Row> row(String document, DocumentEncoding encoding) {
    try {
      Row row = DocumentReader.read(document, encoding);
      return () -> row;
    } catch (EvaluationException e) {
      return () -> {
        throw e;
      };
    }
  }
}
