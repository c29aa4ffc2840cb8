package io.convexpowersync.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
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
    List<NamedExpression> functions,
    List<NamedExpression> filters,
    List<NamedExpression> partitionBy)
    implements Selection {

  @Override
  public boolean multipliesRows() {
    return !functions.isEmpty();
  }

  @Override
  public void forEachPartition(Row row, SourceTable table, BiConsumer<Scope, String> action) {
    forEachMatch(
        row,
        table,
        scope -> {
          Value[] partition = partition(scope);
          action.accept(scope, allKeyable(partition) ? array(partition) : null);
        });
  }

  static String array(Value[] partition) {
    StringBuilder json = new StringBuilder(48).append('[');
    for (int i = 0; i < partition.length; i++) {
      if (i > 0) {
        json.append(',');
      }
      JsonWriter.writePlain(json, partition[i]);
    }
    return json.append(']').toString();
  }

  @Override
  public void explain(Row row, SourceTable table, Consumer<String> reasons) {
    explain(row, table, List.of(), reasons);
  }

  /**
   * @param outputs what must be keyable as well
   */
  void explain(
      Row row, SourceTable table, List<NamedExpression> outputs, Consumer<String> reasons) {
    Scope outer = scope(row, table);
    List<List<JsonEach.Entry>> functionRows = functionRows(outer);
    for (int i = 0; i < functionRows.size(); i++) {
      if (functionRows.get(i).isEmpty()) {
        reasons.accept("json_each(" + functions.get(i).sql() + ") has no rows");
      }
    }
    forEachRow(
        outer,
        functionRows,
        scope -> {
          int failing = failingFilter(scope);
          if (failing >= 0) {
            reasons.accept("filter " + filters.get(failing).describe(scope));
          } else {
            explainUnkeyable("the bucket or lookup key", partitionBy, scope, reasons);
            explainUnkeyable("the lookup result", outputs, scope, reasons);
          }
        });
  }

  private static void explainUnkeyable(
      String role, List<NamedExpression> expressions, Scope scope, Consumer<String> reasons) {
    for (NamedExpression expression : expressions) {
      if (!expression.evaluate(scope).isKeyable()) {
        reasons.accept(role + " " + expression.describe(scope));
      }
    }
  }

  private Scope scope(Row row, SourceTable table) {
    return new Scope(row, table, pattern, Scope.NO_FUNCTIONS);
  }

  /**
   * Calls back with each row that passes the filters.
   *
   * @throws EvaluationException if anything fails; what was called back before is void then
   */
  void forEachMatch(Row row, SourceTable table, Consumer<Scope> action) {
    Scope outer = scope(row, table);
    forEachRow(
        outer,
        functionRows(outer),
        scope -> {
          if (failingFilter(scope) < 0) {
            action.accept(scope);
          }
        });
  }

  /** The rows of each table-valued function. */
  private List<List<JsonEach.Entry>> functionRows(Scope scope) {
    if (functions.isEmpty()) {
      return List.of();
    }
    List<List<JsonEach.Entry>> rows = new ArrayList<>(functions.size());
    for (Expression input : functions) {
      rows.add(jsonEach.rows(input.evaluate(scope)));
    }
    return rows;
  }

  /**
   * Calls back with the product of the source row and the rows of its functions, the first function
   * outermost.
   */
  private static void forEachRow(
      Scope outer, List<List<JsonEach.Entry>> rows, Consumer<Scope> action) {
    multiply(outer, rows, 0, action);
  }

  /** The index of the first filter that the row fails, or -1. */
  private int failingFilter(Scope scope) {
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

  static Value[] evaluate(List<? extends Expression> expressions, Scope scope) {
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

  private static void multiply(
      Scope scope, List<List<JsonEach.Entry>> rows, int depth, Consumer<Scope> action) {
    if (depth == rows.size()) {
      action.accept(scope);
      return;
    }
    for (JsonEach.Entry entry : rows.get(depth)) {
      multiply(scope.with(entry), rows, depth + 1, action);
    }
  }
}
