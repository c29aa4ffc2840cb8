package io.convexpowersync.streams.compiler;

import static io.convexpowersync.streams.config.Problem.Category.SQL_DEPENDENCIES;
import static io.convexpowersync.streams.config.Problem.Category.SQL_SHAPE;

import io.convexpowersync.streams.config.Problem.Category;
import io.convexpowersync.streams.config.Problems;
import io.convexpowersync.streams.config.SqlText;
import io.convexpowersync.streams.sql.Span;
import io.convexpowersync.streams.sql.SqlExpression;
import io.convexpowersync.streams.sql.SqlSelect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compiles one query of a stream up to its condition. */
final class QueryCompiler {
  private final SqlText text;
  private final Problems problems;
  private final SqlScope scope;
  private final SelectLowering selects;
  private final List<Query.Column> columns = new ArrayList<>();
  private RowSource.Table table;

  private QueryCompiler(SqlText text, CommonTables commonTables, Problems problems) {
    this.text = text;
    this.problems = problems;
    this.scope = new SqlScope(null, text, problems);
    this.selects = new SelectLowering(problems, commonTables, new Query.Places(text.whole()));
  }

  /**
   * @return empty when the query selects nothing; that is reported, except for an empty select list
   */
  static Optional<Query> compile(SqlText text, CommonTables commonTables, Problems problems) {
    return SelectLowering.parse(text, problems)
        .flatMap(select -> new QueryCompiler(text, commonTables, problems).compile(select));
  }

  private Optional<Query> compile(SqlSelect select) {
    List<PlanExpression> conditions = selects.conditions(select, scope);
    select.items().forEach(this::add);
    selects.refuseClauses(select, scope);
    if (table == null && !select.items().isEmpty()) {
      problem(SQL_SHAPE, select.span(), "Must have a result column selecting from a table");
    }
    return table == null
        ? Optional.empty()
        : Optional.of(new Query(text, List.copyOf(columns), table, conditions, selects.places()));
  }

  private void problem(Category category, Span span, String message) {
    problems.fatal(category, text.inYaml(span), message);
  }

  private void add(SqlSelect.Item item) {
    if (item.expression() instanceof SqlExpression.Reference reference && reference.isAll()) {
      addAll(reference);
      return;
    }
    PlanExpression value = item.expression().accept(new ExpressionLowering(selects, scope));
    String name = SelectLowering.name(item, scope);
    addColumn(name, value);
  }

  private void addAll(SqlExpression.Reference reference) {
    SqlScope.Item item = scope.itemOf(reference);
    if (item instanceof SqlScope.Item.Derived derived) {
      for (Map.Entry<String, PlanExpression> column : derived.columns().entrySet()) {
        addColumn(column.getKey(), column.getValue());
      }
    } else if (item instanceof SqlScope.Item.Rows rows
        && isSelectable(rows.source(), text.inYaml(reference.span()))) {
      columns.stream()
          .filter(Query.Column.Named.class::isInstance)
          .map(Query.Column.Named.class::cast)
          .findFirst()
          .ifPresent(named -> warnOfOverwriting(named, reference));
      columns.add(Query.Column.Star.ALL);
    }
  }

  private void warnOfOverwriting(Query.Column.Named named, SqlExpression.Reference star) {
    if (named.expression() instanceof PlanExpression.Data data
        && data.input() instanceof PlanExpression.Input.Column column
        && column.name().equals(named.name())) {
      return;
    }
    scope.warning(
        star.span(),
        "A '*' column after aliased columns may give unexpected results: If the source row contains"
            + " a column named '"
            + named.name()
            + "', '*' would overwrite it. Write '*' first");
  }

  private void addColumn(String name, PlanExpression value) {
    List<PlanExpression.Data> inputs = new ArrayList<>();
    value.forEachInput(inputs::add);
    for (PlanExpression.Data data : inputs) {
      if (!isSelectable(data)) {
        return;
      }
    }
    columns.add(new Query.Column.Named(name, value));
  }

  private boolean isSelectable(PlanExpression.Data data) {
    Dependency dependency = Dependency.of(data.input());
    if (!dependency.isRows()) {
      problems.fatal(
          SQL_DEPENDENCIES,
          data.place(),
          "This attempts to sync a connection parameter. Only values from the source database can"
              + " be synced");
      return false;
    }
    return isSelectable(dependency.source(), data.place());
  }

  private boolean isSelectable(RowSource source, Span place) {
    if (!(source instanceof RowSource.Table selected)) {
      problems.fatal(SQL_SHAPE, place, "Sync streams can only select from actual tables");
      return false;
    }
    if (table != null && table != selected) {
      problems.fatal(
          SQL_SHAPE,
          place,
          "Sync streams can only select from a single table, and this one already selects from '"
              + table.name()
              + "'");
      return false;
    }
    table = selected;
    return true;
  }
}
