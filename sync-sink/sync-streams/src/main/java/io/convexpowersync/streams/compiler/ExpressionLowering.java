package io.convexpowersync.streams.compiler;

import static io.convexpowersync.streams.config.Problem.Category.SQL_REFERENCE;
import static io.convexpowersync.streams.config.Problem.Category.SQL_UNSUPPORTED;

import io.convexpowersync.streams.NumberText;
import io.convexpowersync.streams.config.Problem.Category;
import io.convexpowersync.streams.sql.Span;
import io.convexpowersync.streams.sql.SqlExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Turns SQL expressions into plan expressions. What is wrong is reported and becomes NULL, so that
 * the rest is checked too.
 */
final class ExpressionLowering implements SqlExpression.Visitor<PlanExpression> {
  private static final Set<String> OPERATORS =
      Set.of(
          "OR", "AND", "=", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "||", "&", "|", "<<",
          ">>");
  private static final Set<String> TYPES = Set.of("text", "numeric", "integer", "real", "blob");
  private static final String ALL_UNSUPPORTED = "* columns are not supported here: name a column";
  private static final String UNSUPPORTED = "This expression is not supported by PowerSync";

  private final SelectLowering selects;
  private final SqlScope scope;
  private final CallLowering calls;
  private final MembershipLowering memberships;

  ExpressionLowering(SelectLowering selects, SqlScope scope) {
    this.selects = selects;
    this.scope = scope;
    this.calls = new CallLowering(this, scope);
    this.memberships = new MembershipLowering(this, selects, scope);
  }

  private PlanExpression refuse(Category category, Span span, String message) {
    scope.problem(category, span, message);
    return PlanExpression.NULL;
  }

  @Override
  public PlanExpression reference(SqlExpression.Reference reference) {
    Span span = reference.span();
    SqlScope.Item item = scope.itemOf(reference);
    if (item == null) {
      return PlanExpression.NULL;
    }
    if (reference.isAll()) {
      return refuse(SQL_UNSUPPORTED, span, ALL_UNSUPPORTED);
    }
    if (item instanceof SqlScope.Item.Rows rows) {
      return new PlanExpression.Data(
          new PlanExpression.Input.Column(rows.source(), reference.column()), scope.place(span));
    }
    PlanExpression column = ((SqlScope.Item.Derived) item).columns().get(reference.column());
    return column == null
        ? refuse(SQL_REFERENCE, span, "Column not found in subquery: add it to its SELECT")
        : column;
  }

  @Override
  public PlanExpression literal(SqlExpression.Literal literal) {
    return switch (literal.kind()) {
      case NULL -> PlanExpression.NULL;
      case BOOLEAN -> new PlanExpression.Int(literal.text().equals("true") ? "1" : "0");
      case INTEGER -> new PlanExpression.Int(literal.text());
      case DECIMAL -> new PlanExpression.Real(Double.parseDouble(literal.text()));
      case TEXT -> new PlanExpression.Text(literal.text());
    };
  }

  @Override
  public PlanExpression unary(SqlExpression.Unary unary) {
    if (unary.operator().equals("-")) {
      return refuse(
          SQL_UNSUPPORTED,
          unary.span(),
          "Unary minus is not currently supported: write 0 - x, or -1 without a blank");
    }
    PlanExpression operand = unary.operand().accept(this);
    return switch (unary.operator()) {
      case "NOT" -> not(operand);
      case "+" -> new PlanExpression.Unary("+", operand);
      default -> is(unary, operand);
    };
  }

  private PlanExpression is(SqlExpression.Unary unary, PlanExpression operand) {
    boolean negated = unary.operator().startsWith("IS NOT ");
    PlanExpression value =
        switch (unary.operator().substring(negated ? 7 : 3)) {
          case "TRUE" -> new PlanExpression.Int("1");
          case "FALSE" -> new PlanExpression.Int("0");
          default -> PlanExpression.NULL;
        };
    PlanExpression is = new PlanExpression.Binary("is", operand, value);
    return negated ? not(is) : is;
  }

  static PlanExpression not(PlanExpression operand) {
    return new PlanExpression.Unary("not", operand);
  }

  @Override
  public PlanExpression binary(SqlExpression.Binary binary) {
    switch (binary.operator()) {
      case "IN":
        return placed(memberships.in(binary), binary);
      case "NOT IN":
        return memberships.notIn(binary);
      case "&&":
        return placed(memberships.overlap(binary), binary);
      case "!=":
        return not(operation("=", binary));
      case "LIKE":
        return like(binary);
      case "NOT LIKE":
        return not(like(binary));
      default:
        if (OPERATORS.contains(binary.operator())) {
          return placed(operation(binary.operator().toLowerCase(Locale.ROOT), binary), binary);
        }
        return refuse(
            SQL_UNSUPPORTED, binary.span(), "Unsupported binary operator " + binary.operator());
    }
  }

  private PlanExpression like(SqlExpression.Binary binary) {
    scope.problem(
        SQL_UNSUPPORTED,
        binary.span(),
        "LIKE expressions are not currently supported: use instr or substring");
    return new PlanExpression.Call(
        "like", List.of(binary.left().accept(this), binary.right().accept(this)));
  }

  private PlanExpression placed(PlanExpression expression, SqlExpression source) {
    if (expression instanceof PlanExpression.Binary binary && binary.operator().equals("and")) {
      placed(binary.left(), source);
    }
    return expression == PlanExpression.NULL
        ? expression
        : selects.places().put(expression, scope.place(source.span()));
  }

  private PlanExpression operation(String operator, SqlExpression.Binary binary) {
    PlanExpression left = binary.left().accept(this);
    return new PlanExpression.Binary(operator, left, binary.right().accept(this));
  }

  List<PlanExpression> all(List<SqlExpression> expressions) {
    List<PlanExpression> lowered = new ArrayList<>();
    expressions.forEach(expression -> lowered.add(expression.accept(this)));
    return lowered;
  }

  @Override
  public PlanExpression between(SqlExpression.Between between) {
    PlanExpression value = between.value().accept(this);
    PlanExpression low = between.low().accept(this);
    PlanExpression result = new PlanExpression.Between(value, low, between.high().accept(this));
    return between.negated() ? not(result) : result;
  }

  @Override
  public PlanExpression member(SqlExpression.Member member) {
    PlanExpression operand = member.operand().accept(this);
    String text = member.member().text();
    PlanExpression path =
        member.member().kind() == SqlExpression.LiteralKind.INTEGER
            ? new PlanExpression.Int(NumberText.of(Double.parseDouble(text)))
            : new PlanExpression.Text(text);
    return new PlanExpression.Call(member.operator(), List.of(operand, path));
  }

  @Override
  public PlanExpression cast(SqlExpression.Cast cast) {
    PlanExpression operand = cast.operand().accept(this);
    if (cast.type().isArray() || !TYPES.contains(cast.type().name())) {
      return refuse(
          SQL_UNSUPPORTED,
          cast.type().span(),
          "Invalid SQLite cast: the types are text, numeric, integer, real, blob");
    }
    return new PlanExpression.Cast(operand, cast.type().name());
  }

  @Override
  public PlanExpression caseWhen(SqlExpression.Case caseWhen) {
    PlanExpression operand = caseWhen.operand().map(o -> o.accept(this)).orElse(null);
    List<PlanExpression.Branch> branches = new ArrayList<>();
    for (SqlExpression.Branch branch : caseWhen.branches()) {
      PlanExpression when = branch.when().accept(this);
      branches.add(new PlanExpression.Branch(when, branch.then().accept(this)));
    }
    return new PlanExpression.Case(
        operand, branches, caseWhen.otherwise().map(o -> o.accept(this)).orElse(null));
  }

  @Override
  public PlanExpression call(SqlExpression.Call call) {
    return calls.lower(call);
  }

  @Override
  public PlanExpression list(SqlExpression.ItemList list) {
    return refuse(
        SQL_UNSUPPORTED, list.span(), UNSUPPORTED + ": lists are written x IN ARRAY['a', 'b']");
  }

  @Override
  public PlanExpression subquery(SqlExpression.Subquery subquery) {
    return refuse(
        SQL_UNSUPPORTED,
        subquery.span(),
        "Invalid position for subqueries. Write x IN (SELECT ...) in WHERE, or a join");
  }

  @Override
  public PlanExpression other(SqlExpression.Other other) {
    return switch (other.kind()) {
      case PARAMETER ->
          refuse(
              SQL_UNSUPPORTED,
              other.span(),
              "SQL parameters are not allowed: write auth.parameter('x') or"
                  + " subscription.parameter('x')");
      case SUBSTRING -> new PlanExpression.Call("substr", all(other.operands()));
      case KEYWORD ->
          refuse(
              SQL_UNSUPPORTED,
              other.span(),
              UNSUPPORTED + ": a column of this name is written in double quotes");
      default -> refuse(SQL_UNSUPPORTED, other.span(), UNSUPPORTED);
    };
  }
}
