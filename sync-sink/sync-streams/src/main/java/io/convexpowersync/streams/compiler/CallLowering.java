package io.convexpowersync.streams.compiler;

import static io.convexpowersync.streams.config.Problem.Category.SQL_REFERENCE;
import static io.convexpowersync.streams.config.Problem.Category.SQL_UNSUPPORTED;

import io.convexpowersync.streams.config.Problem.Category;
import io.convexpowersync.streams.sql.Span;
import io.convexpowersync.streams.sql.SqlExpression;
import io.convexpowersync.streams.sql.SqlExpression.Call;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Turns function calls into plan expressions: scalar functions, parameters, row metadata. */
final class CallLowering {
  private static final Set<String> REQUEST = Set.of("auth", "subscription", "connection");
  private static final Set<String> METADATA = Set.of("schema", "table_name", "table_suffix");

  private final ExpressionLowering expressions;
  private final SqlScope scope;

  CallLowering(ExpressionLowering expressions, SqlScope scope) {
    this.expressions = expressions;
    this.scope = scope;
  }

  PlanExpression lower(Call call) {
    String name = call.function().name().toLowerCase(Locale.ROOT);
    Optional<String> schema = call.function().schema();
    if (schema.isEmpty()) {
      return scalar(call, name);
    }
    if (REQUEST.contains(schema.get())) {
      return parameter(call, schema.get(), name);
    }
    if (METADATA.contains(name)) {
      return metadata(call, schema.get(), name);
    }
    return refuse(
        SQL_REFERENCE,
        call.function().span(),
        "Invalid schema in function name: it is auth, subscription or connection");
  }

  private PlanExpression refuse(Category category, Span span, String message) {
    scope.problem(category, span, message);
    return PlanExpression.NULL;
  }

  private PlanExpression scalar(Call call, String name) {
    Span span = call.function().span();
    if (!call.isPlain()) {
      return refuse(
          SQL_UNSUPPORTED, span, "DISTINCT, ORDER BY, FILTER and OVER clauses are not supported");
    }
    if (name.equals("random")) {
      return refuse(SQL_REFERENCE, span, "Forbidden call: Sync definitions must be deterministic");
    }
    Optional<Functions.Arity> arity = Functions.arity(name);
    if (arity.isEmpty()) {
      return refuse(SQL_REFERENCE, span, "Unknown function " + call.function().qualified());
    }
    checkArguments(call, arity.get());
    return new PlanExpression.Call(name, expressions.all(call.arguments()));
  }

  private void checkArguments(Call call, Functions.Arity arity) {
    int count = call.arguments().size();
    if (count < arity.atLeast()) {
      scope.problem(
          SQL_REFERENCE, call.span(), "Expected at least " + arity.atLeast() + " arguments");
    } else if (count > arity.atMost()) {
      scope.problem(
          SQL_REFERENCE, call.span(), "Expected at most " + arity.atMost() + " arguments");
    }
  }

  private PlanExpression parameter(Call call, String kind, String name) {
    Span span = call.function().span();
    PlanExpression request =
        new PlanExpression.Data(new PlanExpression.Input.Request(kind), scope.place(call.span()));
    switch (name) {
      case "parameters":
        return request;
      case "parameter":
        if (call.arguments().size() != 1) {
          return refuse(
              SQL_REFERENCE,
              span,
              "Expected a single argument here, as in " + kind + ".parameter('x')");
        }
        SqlExpression key = call.arguments().get(0);
        return new PlanExpression.Call("->>", List.of(request, key.accept(expressions)));
      case "user_id":
        return kind.equals("auth")
            ? new PlanExpression.Call("->>", List.of(request, new PlanExpression.Text("$.sub")))
            : refuse(SQL_REFERENCE, span, ".user_id() is only available on auth schema");
      default:
        return refuse(
            SQL_REFERENCE, span, "Unknown request function: there are parameter and parameters");
    }
  }

  private PlanExpression metadata(Call call, String table, String kind) {
    SqlScope.Item item = scope.named(table, call.span());
    if (item == null) {
      return PlanExpression.NULL;
    }
    Span span = call.function().span();
    if (!call.arguments().isEmpty()) {
      return refuse(SQL_REFERENCE, span, "Expected no arguments here");
    }
    if (item instanceof SqlScope.Item.Rows rows
        && rows.source() instanceof RowSource.Table source) {
      if (kind.equals("table_suffix") && !source.isWildcard()) {
        scope.warning(
            span,
            "table_suffix() is always empty because this table is not selected with a wildcard"
                + " name");
      }
      return new PlanExpression.Data(
          new PlanExpression.Input.Metadata(source, kind), scope.place(call.span()));
    }
    return refuse(SQL_UNSUPPORTED, span, kind + "() is not supported on subqueries");
  }
}
