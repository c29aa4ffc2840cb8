package io.convexpowersync.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What data sources and parameter indexes have in common: the tables they select, the table-valued
 * functions that multiply a row, the filters, and the values that rows are partitioned by.
 *
 * @param functions inputs of the {@code json_each} calls
 */
record Processor(
    TablePattern pattern,
    JsonEach jsonEach,
    List<Expression> functions,
    List<Expression> filters,
    List<Expression> partitionBy) {

  /**
   * Calls back with each row that passes the filters, out of the product of the row and the rows of
   * its functions, the first function outermost.
   *
   * @throws EvaluationException if anything fails; what was called back before is void then
   */
  void forEachMatch(Row row, SourceTable table, Consumer<Scope> action) {
    Scope outer = new Scope(row, table, pattern, Scope.NO_FUNCTIONS);
    if (functions.isEmpty()) {
      filtered(outer, action);
    } else {
      multiply(outer, functionRows(outer), 0, action);
    }
  }

  /** The rows of each table-valued function. */
  List<List<JsonEach.Entry>> functionRows(Scope scope) {
    List<List<JsonEach.Entry>> rows = new ArrayList<>(functions.size());
    for (Expression input : functions) {
      rows.add(jsonEach.rows(input.evaluate(scope)));
    }
    return rows;
  }

  /** The index of the first filter that the row fails, or -1. */
  int failingFilter(Scope scope) {
    for (int i = 0; i < filters.size(); i++) {
      if (!Casts.isTrue(filters.get(i).evaluate(scope))) {
        return i;
      }
    }
    return -1;
  }

  Value[] partition(Scope scope) {
    return evaluate(partitionBy, scope);
  }

  static Value[] evaluate(List<Expression> expressions, Scope scope) {
    Value[] values = new Value[expressions.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = expressions.get(i).evaluate(scope);
    }
    return values;
  }

  static boolean allKeyable(Value[] values) {
    for (Value value : values) {
      if (!value.isKeyable()) {
        return false;
      }
    }
    return true;
  }

  private void multiply(
      Scope scope, List<List<JsonEach.Entry>> rows, int depth, Consumer<Scope> action) {
    if (depth == rows.size()) {
      filtered(scope, action);
      return;
    }
    for (JsonEach.Entry entry : rows.get(depth)) {
      multiply(scope.with(entry), rows, depth + 1, action);
    }
  }

  private void filtered(Scope scope, Consumer<Scope> action) {
    if (failingFilter(scope) < 0) {
      action.accept(scope);
    }
  }
}
