package io.convexpowersync.streams.compiler;

import io.convexpowersync.streams.config.Problem.Category;
import io.convexpowersync.streams.config.Problems;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a condition into an OR of ANDs: pushes NOT inwards, and distributes AND over OR. The order
 * of the terms decides the numbers of resolvers: see {@link #product}.
 */
final class NormalForm {
  private static final int MAX_TERMS = 100;

  private final Query.Places places;
  private final DependencyCheck check;

  private NormalForm(Query.Places places, Problems problems) {
    this.places = places;
    this.check = new DependencyCheck(problems);
  }

  private static final class TooManyTerms extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** The terms of a query's condition; a query without one has a single empty term. */
  static List<List<Atom>> of(Query query, Problems problems) {
    NormalForm form = new NormalForm(query.places(), problems);
    try {
      return form.terms(query.conditions());
    } catch (TooManyTerms e) {
      problems.fatal(
          Category.SQL_DEPENDENCIES,
          query.conditions().size() == 1
              ? query.places().of(query.conditions().get(0))
              : query.text().whole(),
          "For Sync Streams, inner OR operators need to be moved up to be top-level filters. Applying"
              + " that to this query results in more than "
              + MAX_TERMS
              + " filters: use IN ARRAY[...], or several queries");
      return List.of(List.of());
    }
  }

  /** What has alternatives comes before what has none. */
  private List<List<Atom>> terms(List<PlanExpression> conditions) {
    List<List<Atom>> alternatives = List.of(List.of());
    List<Atom> plain = new ArrayList<>();
    for (PlanExpression condition : conditions) {
      List<List<Atom>> terms = terms(condition, false);
      if (terms.size() == 1) {
        plain.addAll(terms.get(0));
      } else {
        alternatives = limited(product(alternatives, terms));
      }
    }
    return product(alternatives, List.of(plain));
  }

  private List<List<Atom>> terms(PlanExpression expression, boolean negated) {
    if (expression instanceof PlanExpression.Unary unary && unary.operator().equals("not")) {
      return terms(unary.operand(), !negated);
    }
    if (expression instanceof PlanExpression.Binary binary) {
      boolean and = binary.operator().equals("and");
      if (and || binary.operator().equals("or")) {
        List<List<Atom>> left = terms(binary.left(), negated);
        List<List<Atom>> right = terms(binary.right(), negated);
        return limited(and != negated ? product(left, right) : concatenation(left, right));
      }
    }
    return List.of(List.of(atom(expression, negated)));
  }

  private static List<List<Atom>> limited(List<List<Atom>> terms) {
    if (terms.size() > MAX_TERMS) {
      throw new TooManyTerms();
    }
    return terms;
  }

  /** The alternatives of the left side change slowest; what is no alternative comes last. */
  private static List<List<Atom>> product(List<List<Atom>> left, List<List<Atom>> right) {
    List<List<Atom>> product = new ArrayList<>();
    boolean swapped = left.size() == 1 && right.size() > 1;
    for (List<Atom> first : swapped ? right : left) {
      for (List<Atom> second : swapped ? left : right) {
        product.add(concatenation(first, second));
      }
    }
    return product;
  }

  private static <T> List<T> concatenation(List<T> left, List<T> right) {
    List<T> all = new ArrayList<>(left);
    all.addAll(right);
    return all;
  }

  private Atom atom(PlanExpression expression, boolean negated) {
    if (!negated
        && expression instanceof PlanExpression.Binary binary
        && binary.operator().equals("=")) {
      PlanExpression left = check.checked(binary.left());
      return new Atom.Equal(left, check.checked(binary.right()), places.of(expression));
    }
    PlanExpression condition = negated ? ExpressionLowering.not(expression) : expression;
    return new Atom.Filter(check.checked(condition), places.of(expression));
  }
}
