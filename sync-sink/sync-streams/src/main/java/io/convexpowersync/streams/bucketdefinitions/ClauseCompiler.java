package io.convexpowersync.streams.bucketdefinitions;

import static io.convexpowersync.streams.config.Problem.Category.SQL_REFERENCE;
import static io.convexpowersync.streams.config.Problem.Category.SQL_UNSUPPORTED;

import com.fasterxml.jackson.databind.JsonNode;
import io.convexpowersync.streams.ConstantExpressions;
import io.convexpowersync.streams.bucketdefinitions.Composition.Kind;
import io.convexpowersync.streams.bucketdefinitions.Composition.Operand;
import io.convexpowersync.streams.config.Problem.Category;
import io.convexpowersync.streams.sql.Span;
import io.convexpowersync.streams.sql.SqlExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Compiles expressions of editions 1 and 2. What is wrong is reported, and the rest checked. */
final class ClauseCompiler implements SqlExpression.Visitor<Clause> {
  private static final Set<String> OPERATORS =
      Set.of("!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "||");
  private static final Set<String> TYPES = Set.of("text", "numeric", "integer", "real", "blob");
  private static final Set<String> FUNCTIONS =
      Set.of(
          "base64",
          "datetime",
          "hex",
          "ifnull",
          "iif",
          "instr",
          "json_array_length",
          "json_extract",
          "json_keys",
          "json_valid",
          "length",
          "lower",
          "st_asgeojson",
          "st_astext",
          "st_x",
          "st_y",
          "substring",
          "typeof",
          "unixepoch",
          "upper",
          "uuid_blob");

  private final QueryText query;
  private final QueryScope scope;
  private final Composition composition;
  private final Conditions conditions;

  ClauseCompiler(QueryText query, QueryScope scope, ConstantExpressions constants) {
    this.query = query;
    this.scope = scope;
    this.composition = new Composition(query, constants, scope.computesParameters());
    this.conditions = new Conditions(query, composition, scope.computesParameters());
  }

  Clause compile(SqlExpression expression) {
    return expression.accept(this);
  }

  private Clause refuse(Category category, Span span, String message) {
    query.problem(category, span, message);
    return Clause.Wrong.REPORTED;
  }

  private Clause unsupported(SqlExpression expression, String what, String instead) {
    return refuse(SQL_UNSUPPORTED, expression.span(), what + " not supported here" + instead);
  }

  private Operand operand(SqlExpression expression) {
    return new Operand(compile(expression), expression.span());
  }

  @Override
  public Clause reference(SqlExpression.Reference reference) {
    Span span = reference.span();
    if (reference.schema().isPresent()) {
      return refuse(SQL_UNSUPPORTED, span, "Schema is not supported in column references");
    }
    if (reference.isAll()) {
      return unsupported(reference, "*", ": name a column");
    }
    LetterCase.check(query, span);
    String name = reference.table().map(table -> table + ".").orElse("") + reference.column();
    return scope
        .column(reference.table(), reference.column())
        .orElseGet(() -> refuse(SQL_REFERENCE, span, "Undefined reference: " + name));
  }

  @Override
  public Clause literal(SqlExpression.Literal literal) {
    return composition.constant(literalNode(literal));
  }

  static JsonNode literalNode(SqlExpression.Literal literal) {
    return switch (literal.kind()) {
      case NULL -> PlanNodes.nothing();
      case BOOLEAN -> PlanNodes.integer(literal.text().equals("true") ? "1" : "0");
      case INTEGER -> PlanNodes.integer(literal.text());
      case DECIMAL -> PlanNodes.decimal(literal.text());
      case TEXT -> PlanNodes.text(literal.text());
    };
  }

  @Override
  public Clause unary(SqlExpression.Unary unary) {
    return switch (unary.operator()) {
      case "NOT" -> unary("operator_not", unary, PlanNodes::not);
      case "IS NULL" -> unary("operator_is_null", unary, PlanNodes::isNull);
      case "IS NOT NULL" ->
          unary("operator_is_not_null", unary, node -> PlanNodes.not(PlanNodes.isNull(node)));
      default ->
          refuse(
              SQL_UNSUPPORTED, unary.span(), "Operator " + unary.operator() + " is not supported");
    };
  }

  private Clause unary(String name, SqlExpression.Unary unary, UnaryOperator<JsonNode> node) {
    return composition.of(
        new Kind(name, operands -> node.apply(operands.get(0))), List.of(operand(unary.operand())));
  }

  @Override
  public Clause binary(SqlExpression.Binary binary) {
    String operator = binary.operator();
    Operand left = operand(binary.left());
    Operand right = operand(binary.right());
    return switch (operator) {
      case "AND", "OR" -> conditions.logical(operator, left, right, binary.span());
      case "=" -> conditions.equal(left, right, binary.span());
      case "IN" -> conditions.in(left, right);
      default ->
          OPERATORS.contains(operator)
              ? composition.of(
                  new Kind("operator" + operator, PlanNodes.binary(operator)), List.of(left, right))
              : refuse(SQL_UNSUPPORTED, binary.span(), "Operator not supported: " + operator);
    };
  }

  @Override
  public Clause between(SqlExpression.Between between) {
    return unsupported(between, "ternary", ": write a >= x AND a <= y");
  }

  @Override
  public Clause member(SqlExpression.Member member) {
    Operand operand = operand(member.operand());
    if (operand.clause() != Clause.Wrong.REPORTED
        && member.member().kind() != SqlExpression.LiteralKind.TEXT) {
      return refuse(
          SQL_UNSUPPORTED,
          member.span(),
          "Unsupported member operation " + member.operator() + ": write the member in quotes");
    }
    Clause path = composition.constant(PlanNodes.text(member.member().text()));
    return composition.of(
        new Kind("operator" + member.operator(), PlanNodes.call(member.operator())),
        List.of(operand, new Operand(path, member.member().span())));
  }

  @Override
  public Clause cast(SqlExpression.Cast cast) {
    Operand operand = operand(cast.operand());
    String type = cast.type().name();
    if (cast.type().isArray() || !TYPES.contains(type)) {
      return refuse(
          SQL_UNSUPPORTED,
          cast.span(),
          "CAST not supported for '"
              + type
              + "': the types are text, numeric, integer, real, blob");
    }
    return composition.of(
        new Kind("operator_cast_" + type, PlanNodes.cast(type)), List.of(operand));
  }

  @Override
  public Clause caseWhen(SqlExpression.Case caseWhen) {
    return unsupported(caseWhen, "case", ": use iif, or edition 3");
  }

  @Override
  public Clause call(SqlExpression.Call call) {
    Optional<String> schema = call.function().schema();
    if (schema.isPresent()) {
      return scope.call(schema.get(), call).orElseGet(() -> undefined(call));
    }
    // A name in double quotes is not lower-cased, and no function has upper case letters.
    String name = call.function().name();
    if (!FUNCTIONS.contains(name)) {
      return undefined(call);
    }
    List<Operand> arguments = new ArrayList<>();
    call.arguments().forEach(argument -> arguments.add(operand(argument)));
    return composition.of(new Kind(name, PlanNodes.call(name)), arguments);
  }

  private Clause undefined(SqlExpression.Call call) {
    return refuse(
        SQL_REFERENCE,
        call.span(),
        "Function '" + call.function().qualified().toLowerCase(Locale.ROOT) + "' is not defined");
  }

  @Override
  public Clause list(SqlExpression.ItemList list) {
    return unsupported(list, list.isArray() ? "array" : "list", ": write x IN '[\"a\",\"b\"]'");
  }

  @Override
  public Clause subquery(SqlExpression.Subquery subquery) {
    return unsupported(subquery, "select", ": use a parameter query, or Sync Streams");
  }

  @Override
  public Clause other(SqlExpression.Other other) {
    return unsupported(other, other.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '), "");
  }
}
