package io.convexpowersync.streams.compiler;

import static io.convexpowersync.streams.config.Problem.Category.SQL_REFERENCE;
import static io.convexpowersync.streams.config.Problem.Category.SQL_SHAPE;
import static io.convexpowersync.streams.config.Problem.Category.SQL_STATEMENT;
import static io.convexpowersync.streams.config.Problem.Category.SQL_UNSUPPORTED;

import io.convexpowersync.streams.config.Problems;
import io.convexpowersync.streams.config.SqlText;
import io.convexpowersync.streams.config.SqlTexts;
import io.convexpowersync.streams.sql.Span;
import io.convexpowersync.streams.sql.SqlExpression;
import io.convexpowersync.streams.sql.SqlFrom;
import io.convexpowersync.streams.sql.SqlSelect;
import io.convexpowersync.streams.sql.SqlStatement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Resolves the FROM clauses and conditions of queries, at every level. Conditions of joins and of
 * inner queries become conditions of the query around them.
 */
final class SelectLowering {
  private final Problems problems;
  private final CommonTables commonTables;
  private final Query.Places places;

  SelectLowering(Problems problems, CommonTables commonTables, Query.Places places) {
    this.problems = problems;
    this.commonTables = commonTables;
    this.places = places;
  }

  Query.Places places() {
    return places;
  }

  CommonTables commonTables() {
    return commonTables;
  }

  /** An inner query: its columns and its conditions. */
  record Derived(Map<String, PlanExpression> columns, List<PlanExpression> conditions) {}

  /**
   * Adds the names of the FROM clause to the scope.
   *
   * @return the conditions of all joins, inner queries, and WHERE, which must all hold
   */
  List<PlanExpression> conditions(SqlSelect select, SqlScope scope) {
    List<PlanExpression> conditions = new ArrayList<>();
    for (SqlFrom item : select.from()) {
      add(item, scope, conditions);
    }
    ExpressionLowering expressions = new ExpressionLowering(this, scope);
    select.where().ifPresent(where -> conditions.add(where.accept(expressions)));
    return conditions;
  }

  void refuseClauses(SqlSelect select, SqlScope scope) {
    for (SqlSelect.Clause clause : select.unsupported()) {
      scope.problem(SQL_UNSUPPORTED, clause.span(), clause.kind().sql() + " is not supported");
    }
  }

  private void add(SqlFrom item, SqlScope scope, List<PlanExpression> conditions) {
    if (item instanceof SqlFrom.Table table) {
      add(table, scope, conditions);
    } else if (item instanceof SqlFrom.Derived derived) {
      add(derived, scope, conditions);
    } else {
      add((SqlFrom.Function) item, scope);
    }
    item.join().flatMap(join -> join(join, scope)).ifPresent(conditions::add);
  }

  private Optional<PlanExpression> join(SqlFrom.Join join, SqlScope scope) {
    Span whole = new Span(0, scope.text().sql().length());
    if (!join.isInner()) {
      scope.problem(
          SQL_UNSUPPORTED,
          join.clause().orElse(whole),
          join.type() + " is not supported: write JOIN ... ON, or a subquery");
    }
    if (join.using()) {
      scope.problem(SQL_UNSUPPORTED, whole, "USING is not supported: write ON a.x = b.x");
    }
    return join.on().map(on -> on.accept(new ExpressionLowering(this, scope)));
  }

  private void add(SqlFrom.Table table, SqlScope scope, List<PlanExpression> conditions) {
    String name = table.alias().name().orElse(table.name());
    Optional<CommonTables.Entry> common =
        table.schema().isPresent() ? Optional.empty() : commonTables.use(table.name());
    if (common.isPresent()) {
      Derived derived = instance(common.get());
      conditions.addAll(derived.conditions());
      Span span = table.span();
      scope.add(
          name, new SqlScope.Item.Derived(renamed(derived, table.alias(), span, scope)), span);
      return;
    }
    String connection = null;
    String schema = table.schema().orElse(null);
    if (schema != null) {
      int dot = schema.indexOf('.');
      connection = dot < 0 ? "default" : schema.substring(0, dot);
      schema = schema.substring(dot + 1);
      if (schema.indexOf('.') >= 0) {
        scope.problem(
            SQL_REFERENCE,
            table.span(),
            "Invalid schema '" + table.schema().get() + "': write schema.table");
      }
    }
    RowSource source =
        new RowSource.Table(
            scope.place(table.span()),
            connection,
            schema,
            table.name(),
            table.alias().name().orElse(null));
    scope.add(name, new SqlScope.Item.Rows(source), table.span());
  }

  private void add(SqlFrom.Derived item, SqlScope scope, List<PlanExpression> conditions) {
    if (!(item.statement() instanceof SqlSelect select)) {
      scope.problem(SQL_STATEMENT, item.statement().span(), "Expected a SELECT statement");
      return;
    }
    Derived derived = derived(select, new SqlScope(null, scope.text(), problems));
    conditions.addAll(derived.conditions());
    scope.add(
        item.alias().name().orElseThrow(),
        new SqlScope.Item.Derived(renamed(derived, item.alias(), select.span(), scope)),
        item.span());
  }

  private Map<String, PlanExpression> renamed(
      Derived derived, SqlFrom.Alias alias, Span span, SqlScope scope) {
    List<String> names = alias.columns();
    if (names.isEmpty()) {
      return derived.columns();
    }
    if (names.size() != derived.columns().size()) {
      scope.problem(
          SQL_SHAPE,
          span,
          "Expected this subquery to have "
              + names.size()
              + " columns, it actually has "
              + derived.columns().size());
    }
    Map<String, PlanExpression> renamed = new LinkedHashMap<>();
    Iterator<String> name = names.iterator();
    for (PlanExpression column : derived.columns().values()) {
      if (name.hasNext()) {
        renamed.put(name.next(), column);
      }
    }
    return renamed;
  }

  private void add(SqlFrom.Function item, SqlScope scope) {
    RowSource source = new TableFunctionLowering(this, scope, problems).lower(item);
    String name = item.alias().name().orElse(item.call().function().name());
    scope.add(name, new SqlScope.Item.Rows(source), item.span());
  }

  /** A common table where it is mentioned. What is wrong with it was reported already. */
  Derived instance(CommonTables.Entry entry) {
    Problems silent = new Problems();
    SelectLowering lowering = new SelectLowering(silent, CommonTables.NONE, places);
    return lowering.derived(entry.select(), new SqlScope(null, entry.text(), silent));
  }

  /** An inner query that sees nothing of the queries around it. */
  Derived derived(SqlSelect select, SqlScope scope) {
    List<PlanExpression> conditions = conditions(select, scope);
    Map<String, PlanExpression> columns = new LinkedHashMap<>();
    for (SqlSelect.Item item : select.items()) {
      if (item.expression() instanceof SqlExpression.Reference reference && reference.isAll()) {
        scope.problem(
            SQL_SHAPE,
            reference.span(),
            "* columns are not allowed in subqueries or common table expressions: name them");
      } else {
        addColumn(item, scope, columns);
      }
    }
    refuseClauses(select, scope);
    return new Derived(columns, conditions);
  }

  private void addColumn(SqlSelect.Item item, SqlScope scope, Map<String, PlanExpression> columns) {
    PlanExpression value = item.expression().accept(new ExpressionLowering(this, scope));
    String name = name(item, scope);
    if (columns.put(name, value) != null) {
      Span span =
          item.alias()
              .map(alias -> Span.between(item.expression().span(), alias.span()))
              .orElse(item.expression().span());
      scope.problem(
          SQL_REFERENCE, span, "There is a column named '" + name + "' already: use another alias");
    }
  }

  /** What a column is called: its alias, its name, or else its SQL. */
  static String name(SqlSelect.Item item, SqlScope scope) {
    if (item.alias().isPresent()) {
      return item.alias().get().name();
    }
    if (item.expression() instanceof SqlExpression.Reference reference) {
      return reference.column();
    }
    Span span = item.expression().span();
    scope.warning(span, "The name of this column is unspecified, consider adding an alias");
    return span.in(scope.text().sql());
  }

  /** The value and the condition of {@code x IN (SELECT ...)}. */
  Derived single(SqlSelect select, SqlScope outer) {
    SqlScope scope = new SqlScope(outer, outer.text(), problems);
    List<PlanExpression> conditions = conditions(select, scope);
    boolean all =
        select.items().stream()
            .anyMatch(item -> item.expression() instanceof SqlExpression.Reference r && r.isAll());
    if (select.items().size() != 1 || all) {
      scope.problem(SQL_SHAPE, select.span(), "Must return a single expression column");
      return new Derived(Map.of("", PlanExpression.NULL), List.of());
    }
    PlanExpression value =
        select.items().get(0).expression().accept(new ExpressionLowering(this, scope));
    refuseClauses(select, scope);
    return new Derived(Map.of("", value), conditions);
  }

  /** Parses a text that should be one query; reports it otherwise. */
  static Optional<SqlSelect> parse(SqlText text, Problems problems) {
    Optional<SqlStatement> first = SqlTexts.first(text, problems);
    if (first.isPresent() && !(first.get() instanceof SqlSelect)) {
      problems.fatal(
          SQL_STATEMENT,
          text.inYaml(first.get().span()),
          "Expected a SELECT statement, without UNION, WITH or VALUES");
    }
    return first.filter(SqlSelect.class::isInstance).map(SqlSelect.class::cast);
  }
}
