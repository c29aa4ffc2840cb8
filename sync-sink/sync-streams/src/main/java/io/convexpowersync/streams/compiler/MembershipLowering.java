package io.convexpowersync.streams.compiler;

import static io.convexpowersync.streams.config.Problem.Category.SQL_SHAPE;

import io.convexpowersync.streams.sql.Span;
import io.convexpowersync.streams.sql.SqlExpression;
import io.convexpowersync.streams.sql.SqlSelect;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns IN and {@code &&} into comparisons with the rows of a subquery or of an array. */
final class MembershipLowering {
  private final ExpressionLowering expressions;
  private final SelectLowering selects;
  private final SqlScope scope;

  MembershipLowering(ExpressionLowering expressions, SelectLowering selects, SqlScope scope) {
    this.expressions = expressions;
    this.selects = selects;
    this.scope = scope;
  }

  PlanExpression notIn(SqlExpression.Binary binary) {
    boolean set =
        values(binary.right()).isPresent()
            || binary.right() instanceof SqlExpression.Subquery
            || common(binary.right()).isPresent();
    return set
        ? ExpressionLowering.not(in(binary))
        : ExpressionLowering.not(
            new PlanExpression.Call(
                "ps_json_contains",
                List.of(binary.left().accept(expressions), binary.right().accept(expressions))));
  }

  PlanExpression in(SqlExpression.Binary binary) {
    PlanExpression left = binary.left().accept(expressions);
    Optional<List<SqlExpression>> values = values(binary.right());
    if (values.isPresent()) {
      return new PlanExpression.ScalarIn(left, expressions.all(values.get()));
    }
    return equalsOneOf(left, binary.right());
  }

  PlanExpression overlap(SqlExpression.Binary binary) {
    PlanExpression array = binary.left().accept(expressions);
    return equalsOneOf(element(array, binary.span()), binary.right());
  }

  /** The members of ARRAY[...] or ROW(...). */
  private static Optional<List<SqlExpression>> values(SqlExpression expression) {
    if (expression instanceof SqlExpression.ItemList list && list.isArray()) {
      return Optional.of(list.items());
    }
    if (expression instanceof SqlExpression.Call call
        && call.function().schema().isEmpty()
        && call.function().name().equals("row")) {
      return Optional.of(call.arguments());
    }
    return Optional.empty();
  }

  private Optional<CommonTables.Entry> common(SqlExpression expression) {
    return expression instanceof SqlExpression.Reference reference && reference.table().isEmpty()
        ? selects.commonTables().use(reference.column())
        : Optional.empty();
  }

  private PlanExpression equalsOneOf(PlanExpression left, SqlExpression set) {
    if (set instanceof SqlExpression.Subquery query
        && query.statement() instanceof SqlSelect select) {
      return equal(left, selects.single(select, scope));
    }
    Optional<CommonTables.Entry> common = common(set);
    if (common.isPresent()) {
      SelectLowering.Derived derived = selects.instance(common.get());
      if (common.get().select().items().size() == 1 && derived.columns().size() == 1) {
        return equal(left, derived);
      }
      return equal(
          left,
          new SelectLowering.Derived(Map.of("", refusedTable(set.span())), derived.conditions()));
    }
    return new PlanExpression.Binary("=", left, element(set.accept(expressions), set.span()));
  }

  private static PlanExpression equal(PlanExpression left, SelectLowering.Derived right) {
    PlanExpression value = right.columns().values().iterator().next();
    PlanExpression all = new PlanExpression.Binary("=", left, value);
    for (PlanExpression condition : right.conditions()) {
      all = new PlanExpression.Binary("and", all, condition);
    }
    return all;
  }

  private PlanExpression element(PlanExpression array, Span span) {
    RowSource source = new TableFunctionLowering(selects, scope, scope.problems()).elements(array);
    return new PlanExpression.Data(
        new PlanExpression.Input.Column(source, "value"), scope.place(span));
  }

  private PlanExpression refusedTable(Span span) {
    scope.problem(
        SQL_SHAPE, span, "Common-table expression must return a single column to be used with IN");
    return PlanExpression.NULL;
  }
}
