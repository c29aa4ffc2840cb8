package io.convexpowersync.streams;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Explains the evaluation of one document. For one thread. */
final class Explainer {
  private final Plan plan;
  private final SourceTable table;
  private final Supplier<Row> row;

  /**
   * @param row fails for a document that cannot be read
   */
  Explainer(Plan plan, SourceTable table, Supplier<Row> row) {
    this.plan = plan;
    this.table = table;
    this.row = row;
  }

  Explanation explain() {
    List<Explanation.Source> sources = new ArrayList<>();
    for (Bucket bucket : plan.buckets()) {
      bucket.sources().forEach(source -> sources.add(explain(bucket, source)));
    }
    plan.parameterIndexes().forEach(index -> sources.add(explain(index)));
    return new Explanation(rowText(), sources);
  }

  private String rowText() {
    try {
      return DataSource.data(row.get().columns());
    } catch (EvaluationException e) {
      return "";
    }
  }

  private Explanation.Source explain(Bucket bucket, DataSource source) {
    List<BucketRow> rows = new ArrayList<>();
    List<String> reasons =
        reasons(
            source.processor(),
            List.of(),
            () ->
                source.evaluate(row.get(), table).forEach(output -> rows.add(bucket.row(output))));
    return new Explanation.Source(
        bucket.uniqueName(), source.processor().pattern(), rows, List.of(), reasons);
  }

  private Explanation.Source explain(ParameterIndex index) {
    List<Explanation.Lookup> lookups = new ArrayList<>();
    List<String> reasons =
        reasons(
            index.processor(),
            index.outputs(),
            () ->
                index
                    .evaluate(row.get(), table)
                    .forEach(
                        lookup ->
                            lookups.add(new Explanation.Lookup(lookup.json(), lookup.results()))));
    return new Explanation.Source(
        index.name(), index.processor().pattern(), List.of(), lookups, reasons);
  }

  private List<String> reasons(
      Processor processor, List<NamedExpression> outputs, Runnable evaluation) {
    if (!processor.pattern().matches(table)) {
      return List.of(
          table.isCheckpoints() ? "the table holds requests, not data" : "reads other tables");
    }
    Set<String> reasons = new LinkedHashSet<>();
    try {
      evaluation.run();
      addReasons(processor, outputs, reasons);
    } catch (EvaluationException e) {
      return List.of("fails: " + e.getMessage());
    }
    return List.copyOf(reasons);
  }

  private void addReasons(Processor processor, List<NamedExpression> outputs, Set<String> reasons) {
    Scope outer = processor.scope(row.get(), table);
    List<List<JsonEach.Entry>> functionRows = processor.functionRows(outer);
    for (int i = 0; i < functionRows.size(); i++) {
      if (functionRows.get(i).isEmpty()) {
        reasons.add("json_each(" + processor.functions().get(i).sql() + ") has no rows");
      }
    }
    processor.forEachRow(
        outer,
        functionRows,
        scope -> {
          int failing = processor.failingFilter(scope);
          if (failing >= 0) {
            NamedExpression filter = processor.filters().get(failing);
            reasons.add("filter " + filter.sql() + " is " + text(filter.evaluate(scope)));
          } else {
            addUnkeyable("the bucket or lookup key", processor.partitionBy(), scope, reasons);
            addUnkeyable("the lookup result", outputs, scope, reasons);
          }
        });
  }

  private static void addUnkeyable(
      String role, List<NamedExpression> expressions, Scope scope, Set<String> reasons) {
    for (NamedExpression expression : expressions) {
      Value value = expression.evaluate(scope);
      if (!value.isKeyable()) {
        reasons.add(role + " " + expression.sql() + " is " + text(value));
      }
    }
  }

  private static String text(Value value) {
    if (value == Value.ABSENT) {
      return "missing";
    }
    if (value instanceof Value.Blob) {
      return "a blob";
    }
    StringBuilder text = new StringBuilder();
    JsonWriter.write(text, value);
    return text.toString();
  }
}
