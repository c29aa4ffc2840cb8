package io.convexpowersync.streams.compiler;

import io.convexpowersync.streams.config.Problem.Category;
import io.convexpowersync.streams.config.Problems;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a condition into an OR of ANDs: pushes NOT inwards, and distributes AND over OR. The order
 * of the terms decides the numbers of resolvers: see {@link #expand}.
 */
final class NormalForm {
  private static final int MAX_TERMS = 100;

  private final Query.Places places;
  private final DependencyCheck check;
  private int terms;

  private NormalForm(Query.Places places, Problems problems) {
    this.places = places;
    this.check = new DependencyCheck(problems);
  }

  private sealed interface Node {
    record Leaf(Atom atom) implements Node {}

    record All(List<Node> parts) implements Node {}

    record Any(List<Node> parts) implements Node {}
  }

  private static final class TooManyTerms extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** The terms of a query's condition; a query without one has a single empty term. */
  static List<List<Atom>> of(Query query, Problems problems) {
    if (query.condition() == null) {
      return List.of(List.of());
    }
    NormalForm form = new NormalForm(query.places(), problems);
    try {
      return form.expand(form.node(query.condition(), false));
    } catch (TooManyTerms e) {
      problems.fatal(
          Category.SQL_DEPENDENCIES,
          query.places().of(query.condition()),
          "For Sync Streams, inner OR operators need to be moved up to be top-level filters. Applying"
              + " that to this query results in more than "
              + MAX_TERMS
              + " filters: use IN ARRAY[...], or several queries");
      return List.of(List.of());
    }
  }

  private Node node(PlanExpression expression, boolean negated) {
    if (expression instanceof PlanExpression.Unary unary && unary.operator().equals("not")) {
      return node(unary.operand(), !negated);
    }
    if (expression instanceof PlanExpression.Binary binary) {
      boolean and = binary.operator().equals("and");
      if (and || binary.operator().equals("or")) {
        List<Node> parts = new ArrayList<>();
        addPart(parts, node(binary.left(), negated), and != negated);
        addPart(parts, node(binary.right(), negated), and != negated);
        return and != negated ? new Node.All(parts) : new Node.Any(parts);
      }
    }
    return new Node.Leaf(atom(expression, negated));
  }

  private static void addPart(List<Node> parts, Node part, boolean all) {
    if (all && part instanceof Node.All same) {
      parts.addAll(same.parts());
    } else if (!all && part instanceof Node.Any same) {
      parts.addAll(same.parts());
    } else {
      parts.add(part);
    }
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

  /**
   * In an AND, the alternatives of each OR are chosen in turn, the first OR changing slowest; each
   * choice is an AND of the chosen ones, then of what stood beside the ORs.
   */
  private List<List<Atom>> expand(Node node) {
    if (node instanceof Node.Any any) {
      List<List<Atom>> all = new ArrayList<>();
      any.parts().forEach(part -> all.addAll(expand(part)));
      return all;
    }
    List<Node> parts = node instanceof Node.All all ? all.parts() : List.of(node);
    List<Node> plain = new ArrayList<>();
    List<Node.Any> alternatives = new ArrayList<>();
    for (Node part : parts) {
      if (part instanceof Node.Any any) {
        alternatives.add(any);
      } else {
        plain.add(part);
      }
    }
    if (alternatives.isEmpty()) {
      if (++terms > MAX_TERMS) {
        throw new TooManyTerms();
      }
      return List.of(plain.stream().map(part -> ((Node.Leaf) part).atom()).toList());
    }
    List<List<Atom>> expanded = new ArrayList<>();
    choose(alternatives, new ArrayList<>(), plain, expanded);
    return expanded;
  }

  private void choose(
      List<Node.Any> alternatives, List<Node> chosen, List<Node> plain, List<List<Atom>> expanded) {
    if (chosen.size() == alternatives.size()) {
      List<Node> parts = new ArrayList<>();
      chosen.forEach(part -> addPart(parts, part, true));
      parts.addAll(plain);
      expanded.addAll(expand(new Node.All(parts)));
      return;
    }
    for (Node part : alternatives.get(chosen.size()).parts()) {
      chosen.add(part);
      choose(alternatives, chosen, plain, expanded);
      chosen.remove(chosen.size() - 1);
    }
  }
}
