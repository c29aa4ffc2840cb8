package io.convexpowersync.streams.compiler;

import static io.convexpowersync.streams.config.Problem.Category.SQL_DEPENDENCIES;

import io.convexpowersync.streams.config.Problems;
import io.convexpowersync.streams.sql.Span;
import io.convexpowersync.streams.sql.SqlExpression;
import io.convexpowersync.streams.sql.SqlFrom;
import java.util.ArrayList;
import java.util.List;

/** Makes row sources of table-valued functions: those in FROM, and the ones that IN implies. */
final class TableFunctionLowering {
  private static final String JSON_EACH = "json_each";

  private final SelectLowering selects;
  private final SqlScope scope;
  private final Problems problems;

  TableFunctionLowering(SelectLowering selects, SqlScope scope, Problems problems) {
    this.selects = selects;
    this.scope = scope;
    this.problems = problems;
  }

  RowSource.Function lower(SqlFrom.Function item) {
    ExpressionLowering expressions = new ExpressionLowering(selects, scope);
    List<PlanExpression> arguments = new ArrayList<>();
    for (SqlExpression argument : item.call().arguments()) {
      arguments.add(argument.accept(expressions));
    }
    return function(scope.place(item.span()), item.call().function().name(), arguments);
  }

  /** The elements of an array, for {@code x IN array}. */
  RowSource.Function elements(PlanExpression array) {
    Span whole = scope.text().whole();
    return function(whole, JSON_EACH, List.of(array));
  }

  private RowSource.Function function(Span place, String name, List<PlanExpression> arguments) {
    DependencyCheck check = new DependencyCheck(problems);
    List<PlanExpression> checked = new ArrayList<>();
    Dependency all = Dependency.NONE;
    boolean single = true;
    for (PlanExpression argument : arguments) {
      PlanExpression valid = check.checked(argument);
      Dependency own = Dependency.of(valid);
      boolean mixed = checked.size() > 0 && own.isRows() != all.isRows();
      single &= !mixed && !refuseFunction(valid) && all.with(own).isPresent();
      all = all.with(own).orElse(all);
      checked.add(valid);
    }
    if (!single) {
      problems.fatal(
          SQL_DEPENDENCIES, place, "Table-valued functions may only have a single table as inputs");
      return new RowSource.Function(place, name, List.of(), RowSource.Inputs.CONSTANT, null);
    }
    return switch (all.kind()) {
      case NOTHING -> new RowSource.Function(place, name, checked, RowSource.Inputs.CONSTANT, null);
      case REQUEST -> new RowSource.Function(place, name, checked, RowSource.Inputs.REQUEST, null);
      case ROWS ->
          new RowSource.Function(
              place, name, checked, RowSource.Inputs.TABLE, (RowSource.Table) all.source());
    };
  }

  private boolean refuseFunction(PlanExpression argument) {
    List<PlanExpression.Data> functions = new ArrayList<>();
    argument.forEachInput(
        data -> {
          if (Dependency.of(data.input()).source() instanceof RowSource.Function) {
            functions.add(data);
          }
        });
    functions.forEach(
        data ->
            problems.fatal(
                SQL_DEPENDENCIES,
                data.place(),
                "Table-valued functions must depend on source tables, not on other functions"));
    return !functions.isEmpty();
  }
}
