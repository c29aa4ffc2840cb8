package io.convexpowersync.streams.bucketdefinitions;

import static io.convexpowersync.streams.config.Problem.Category.EVALUATION;
import static io.convexpowersync.streams.config.Problem.Category.SQL_DEPENDENCIES;

import com.fasterxml.jackson.databind.JsonNode;
import io.convexpowersync.streams.ConstantExpressions;
import io.convexpowersync.streams.InvalidPlanException;
import io.convexpowersync.streams.sql.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes one clause of several: an operator or a function over its operands. */
final class Composition {
  static final String MATCH_NOT_HERE = "Parameter match clauses cannot be used here";

  /** Kinds over parameters whose operands are told apart; they nest one level each. */
  private static final Set<String> COMPARISONS = Set.of("operator=", "operator!=", "operator_not");

  private final QueryText query;
  private final ConstantExpressions constants;
  private final boolean computesParameters;

  /**
   * @param computesParameters whether parameters can be operands
   */
  Composition(QueryText query, ConstantExpressions constants, boolean computesParameters) {
    this.query = query;
    this.constants = constants;
    this.computesParameters = computesParameters;
  }

  /** An operand and where it is. */
  record Operand(Clause clause, Span span) {}

  /**
   * A kind of expression.
   *
   * @param name by which equal ones are known
   * @param expression makes it of its operands, as plans have them
   */
  record Kind(String name, Function<List<JsonNode>, JsonNode> expression) {}

  Clause of(Kind kind, List<Operand> operands) {
    if (operands.stream().anyMatch(operand -> operand.clause() == Clause.Wrong.REPORTED)) {
      return Clause.Wrong.REPORTED;
    }
    boolean row = false;
    boolean parameter = false;
    for (Operand operand : operands) {
      row |= operand.clause() instanceof Clause.OfRow;
      parameter |= operand.clause() instanceof Clause.Parameter;
      String problem = problem(operand.clause(), row && parameter);
      if (problem != null) {
        query.problem(SQL_DEPENDENCIES, operand.span(), problem);
        return Clause.Wrong.REPORTED;
      }
    }
    if (parameter && !COMPARISONS.contains(kind.name())) {
      return new Clause.Parameter(key(kind, operands));
    }
    List<JsonNode> expressions = new ArrayList<>();
    operands.forEach(operand -> expressions.add(expression(operand.clause())));
    JsonNode expression = kind.expression().apply(expressions);
    if (parameter) {
      return new Clause.Parameter(key(kind, operands), expression);
    }
    return row ? new Clause.OfRow(expression, false) : constant(expression);
  }

  private String problem(Clause clause, boolean mixed) {
    if (clause instanceof Clause.Match) {
      return MATCH_NOT_HERE;
    }
    if (clause instanceof Clause.Parameter && !computesParameters) {
      return "Cannot use bucket parameters in expressions: compare them with = or IN";
    }
    return mixed ? "Cannot use table values and parameters in the same clauses" : null;
  }

  /** What is absent whatever the row holds does not count as a constant. */
  Clause constant(JsonNode expression) {
    try {
      return constants
          .evaluate(expression)
          .<Clause>map(constant -> new Clause.Constant(constant.expression(), constant.text()))
          .orElseGet(() -> new Clause.OfRow(expression, false));
    } catch (InvalidPlanException e) {
      throw new UnusableQueryException(EVALUATION, null, e.getMessage());
    }
  }

  private static String key(Kind kind, List<Operand> operands) {
    return operands.stream()
        .map(operand -> key(operand.clause()))
        .collect(Collectors.joining(",", kind.name() + "(", ")"));
  }

  /** The key of a parameter or constant. */
  static String key(Clause clause) {
    return clause instanceof Clause.Parameter parameter
        ? parameter.key()
        : ((Clause.Constant) clause).text();
  }

  /** The expression of a clause that is no condition between rows and parameters. */
  static JsonNode expression(Clause clause) {
    if (clause instanceof Clause.OfRow ofRow) {
      return ofRow.expression();
    }
    return clause instanceof Clause.Parameter parameter
        ? parameter.expression()
        : ((Clause.Constant) clause).expression();
  }
}
