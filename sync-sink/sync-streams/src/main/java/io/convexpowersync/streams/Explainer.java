package io.convexpowersync.streams;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
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
    plan.lookups().forEach(index -> sources.add(explain(index)));
    return new Explanation(rowText(), sources);
  }

  private String rowText() {
    try {
      return DataSource.json(row.get().columns()).toString();
    } catch (EvaluationException e) {
      return "";
    }
  }

  private Explanation.Source explain(Bucket bucket, DataSource source) {
    Selection selection = source.selection();
    List<BucketRow> rows = new ArrayList<>();
    List<String> reasons =
        reasons(
            selection.pattern(),
            () -> source.evaluate(row.get(), table).forEach(output -> rows.add(bucket.row(output))),
            reason -> selection.explain(row.get(), table, reason));
    return new Explanation.Source(
        bucket.uniqueName(), selection.pattern(), rows, List.of(), reasons);
  }

  private Explanation.Source explain(LookupSource source) {
    List<Explanation.Lookup> lookups = new ArrayList<>();
    List<String> reasons =
        reasons(
            source.pattern(),
            () ->
                source
                    .evaluate(row.get(), table)
                    .forEach(
                        lookup ->
                            lookups.add(new Explanation.Lookup(lookup.json(), lookup.results()))),
            reason -> source.explain(row.get(), table, reason));
    return new Explanation.Source(source.name(), source.pattern(), List.of(), lookups, reasons);
  }

  private List<String> reasons(
      TablePattern pattern, Runnable evaluation, Consumer<Consumer<String>> explanation) {
    if (!pattern.matches(table)) {
      return List.of(
          table.isCheckpoints() ? "the table holds requests, not data" : "reads other tables");
    }
    Set<String> reasons = new LinkedHashSet<>();
    try {
      evaluation.run();
      explanation.accept(reasons::add);
    } catch (EvaluationException e) {
      return List.of("fails: " + e.getMessage());
    }
    return List.copyOf(reasons);
  }
}
