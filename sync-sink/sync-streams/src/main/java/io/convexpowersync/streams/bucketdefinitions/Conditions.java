package io.convexpowersync.streams.bucketdefinitions;

import static io.convexpowersync.streams.config.Problem.Category.SQL_DEPENDENCIES;

import com.fasterxml.jackson.databind.JsonNode;
import io.convexpowersync.streams.bucketdefinitions.Clause.Match;
import io.convexpowersync.streams.bucketdefinitions.Composition.Kind;
import io.convexpowersync.streams.bucketdefinitions.Composition.Operand;
import io.convexpowersync.streams.sql.Span;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The operators between rows and parameters: =, IN, AND, OR. */
final class Conditions {
  private final QueryText query;
  private final Composition composition;
  private final boolean computesParameters;

  Conditions(QueryText query, Composition composition, boolean computesParameters) {
    this.query = query;
    this.composition = composition;
    this.computesParameters = computesParameters;
  }

  private Clause refuse(Span span, String message) {
    query.problem(SQL_DEPENDENCIES, span, message);
    return Clause.Wrong.REPORTED;
  }

  Clause equal(Operand left, Operand right, Span whole) {
    if (isWrong(left, right)) {
      return Clause.Wrong.REPORTED;
    }
    if (left.clause() instanceof Match || right.clause() instanceof Match) {
      return refuse(whole, Composition.MATCH_NOT_HERE);
    }
    boolean first = left.clause() instanceof Clause.Parameter;
    boolean second = right.clause() instanceof Clause.Parameter;
    if (!isComparison(left.clause(), right.clause())) {
      return composition.of(new Kind("operator=", PlanNodes.binary("=")), List.of(left, right));
    }
    if (first && second) {
      return refuse(whole, "Cannot have bucket parameters on both sides of = operator");
    }
    return first
        ? Match.equal((Clause.Parameter) left.clause(), Composition.expression(right.clause()))
        : Match.equal((Clause.Parameter) right.clause(), Composition.expression(left.clause()));
  }

  /** Whether a parameter is compared here, rather than computed with. */
  private boolean isComparison(Clause left, Clause right) {
    boolean parameter = left instanceof Clause.Parameter || right instanceof Clause.Parameter;
    boolean row = left instanceof Clause.OfRow || right instanceof Clause.OfRow;
    return parameter && (row || !computesParameters);
  }

  Clause in(Operand left, Operand right) {
    if (isWrong(left, right)) {
      return Clause.Wrong.REPORTED;
    }
    boolean comparison =
        isComparison(left.clause(), right.clause())
            && !(left.clause() instanceof Match)
            && !(right.clause() instanceof Match);
    if (!comparison) {
      return composition.of(new Kind("operatorIN", PlanNodes::contains), List.of(left, right));
    }
    if (right.clause() instanceof Clause.Parameter array && !computesParameters) {
      boolean both = left.clause() instanceof Clause.Parameter;
      return refuse(
          both ? left.span() : right.span(),
          "Cannot use bucket parameters on the right side of IN operators");
    }
    return right.clause() instanceof Clause.Parameter array
        ? Match.member(array, Composition.expression(left.clause()))
        : Match.each((Clause.Parameter) left.clause(), Composition.expression(right.clause()));
  }

  /**
   * @param operator {@code AND} or {@code OR}
   */
  Clause logical(String operator, Operand left, Operand right, Span whole) {
    if (isWrong(left, right)) {
      return Clause.Wrong.REPORTED;
    }
    String name = operator.toLowerCase(Locale.ROOT);
    if (isOfRow(left.clause()) && isOfRow(right.clause())) {
      // Of two constants, too, for which only other operators are evaluated at once.
      return new Clause.OfRow(combined(name, left.clause(), right.clause()), false);
    }
    if (isOfRequest(left.clause()) && isOfRequest(right.clause())) {
      return new Clause.Parameter(
          name + Composition.key(left.clause()) + "," + Composition.key(right.clause()),
          combined(name, left.clause(), right.clause()));
    }
    Match first = match(left.clause());
    Match second = match(right.clause());
    if (name.equals("and") && first.expandsRow() && second.expandsRow()) {
      return refuse(whole, "Cannot have multiple IN expressions on bucket parameters");
    }
    if (name.equals("or") && !Set.copyOf(first.inputs()).equals(Set.copyOf(second.inputs()))) {
      return refuse(
          whole,
          "Left and right sides of OR must use the same parameters, or split into separate"
              + " queries");
    }
    return Match.combined(name, first, second);
  }

  private static JsonNode combined(String operator, Clause left, Clause right) {
    return PlanNodes.binary(operator)
        .apply(List.of(Composition.expression(left), Composition.expression(right)));
  }

  /** A clause as a condition. */
  static Match match(Clause clause) {
    if (clause instanceof Match match) {
      return match;
    }
    return clause instanceof Clause.Parameter parameter
        ? Match.present(parameter)
        : Match.row(Composition.expression(clause));
  }

  private static boolean isOfRow(Clause clause) {
    return clause instanceof Clause.OfRow || clause instanceof Clause.Constant;
  }

  private static boolean isOfRequest(Clause clause) {
    return clause instanceof Clause.Parameter || clause instanceof Clause.Constant;
  }

  private static boolean isWrong(Operand left, Operand right) {
    return left.clause() == Clause.Wrong.REPORTED || right.clause() == Clause.Wrong.REPORTED;
  }
}
