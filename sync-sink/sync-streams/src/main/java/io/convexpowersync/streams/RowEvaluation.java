package io.convexpowersync.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Evaluates one source row against every source of a plan that selects its table. A source that
 * fails yields nothing but an error; the others go on. For one row and one thread.
 */
final class RowEvaluation {
  private final Plan plan;
  private final SourceTable table;
  private final Supplier<Row> row;
  private final List<BucketRow> buckets = new ArrayList<>();
  private final List<LookupRow> lookups = new ArrayList<>();
  private final List<EvaluationError> errors = new ArrayList<>(0);
  private final SharedOutput shared = new SharedOutput();

  /**
   * @param row fails for a document that cannot be read, and so fails every source
   */
  RowEvaluation(Plan plan, SourceTable table, Supplier<Row> row) {
    this.plan = plan;
    this.table = table;
    this.row = row;
  }

  Evaluation evaluate() {
    for (Bucket bucket : plan.buckets()) {
      for (DataSource source : bucket.sources()) {
        if (source.selection().pattern().matches(table)) {
          attempt(bucket.uniqueName(), () -> addRows(bucket, source));
        }
      }
    }
    for (LookupSource index : plan.lookups()) {
      if (index.pattern().matches(table)) {
        attempt(index.name(), () -> addLookups(index));
      }
    }
    return new Evaluation(buckets, lookups, errors);
  }

  private void addRows(Bucket bucket, DataSource source) {
    for (DataSource.Output output : source.evaluate(row.get(), table, shared)) {
      buckets.add(bucket.row(output));
    }
  }

  private void addLookups(LookupSource index) {
    for (Lookup lookup : index.evaluate(row.get(), table)) {
      lookups.add(new LookupRow(lookup.bson(), lookup.results()));
    }
  }

  /** Nothing that a row holds may stop a stream, hence the broad catch. */
  private void attempt(String source, Runnable evaluation) {
    try {
      evaluation.run();
    } catch (EvaluationException e) {
      errors.add(new EvaluationError(source, e.getMessage()));
    } catch (RuntimeException e) {
      errors.add(new EvaluationError(source, e.toString()));
    }
  }
}
