package io.convexpowersync.streams.compiler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Merges the conditions of a term that depend on the same thing, so that each becomes one filter;
 * then merges terms that consist of one condition, so that each needs no bucket of its own.
 */
final class TermSimplifier {
  private TermSimplifier() {}

  static List<List<Atom>> simplify(List<List<Atom>> terms) {
    List<List<Atom>> several = new ArrayList<>();
    List<Atom> single = new ArrayList<>();
    for (List<Atom> term : terms) {
      List<Atom> merged = merge(term, "and");
      if (merged.size() == 1) {
        single.add(merged.get(0));
      } else {
        several.add(merged);
      }
    }
    merge(single, "or").forEach(atom -> several.add(List.of(atom)));
    return several;
  }

  /**
   * Comparisons of different things, in order; then what needs no table; then one filter for each
   * source.
   */
  private static List<Atom> merge(List<Atom> atoms, String operator) {
    List<Atom> merged = new ArrayList<>();
    List<Atom.Filter> withoutTable = new ArrayList<>();
    Map<RowSource, List<Atom.Filter>> bySource = new LinkedHashMap<>();
    for (Atom atom : atoms) {
      Optional<Dependency> dependency = dependency(atom);
      if (dependency.isEmpty()) {
        merged.add(atom);
      } else if (dependency.get().isRows()) {
        bySource
            .computeIfAbsent(dependency.get().source(), source -> new ArrayList<>())
            .add(filter(atom));
      } else {
        withoutTable.add(filter(atom));
      }
    }
    combined(withoutTable, operator).ifPresent(merged::add);
    bySource.values().forEach(filters -> combined(filters, operator).ifPresent(merged::add));
    return merged;
  }

  /** Empty for a comparison of different things. */
  private static Optional<Dependency> dependency(Atom atom) {
    if (atom instanceof Atom.Equal equal) {
      return Dependency.of(equal.left()).with(Dependency.of(equal.right()));
    }
    return Optional.of(Dependency.of(((Atom.Filter) atom).expression()));
  }

  private static Atom.Filter filter(Atom atom) {
    return atom instanceof Atom.Equal equal
        ? new Atom.Filter(equal.expression(), equal.place())
        : (Atom.Filter) atom;
  }

  private static Optional<Atom> combined(List<Atom.Filter> filters, String operator) {
    return filters.stream()
        .reduce(
            (left, right) ->
                new Atom.Filter(
                    new PlanExpression.Binary(operator, left.expression(), right.expression()),
                    left.place()))
        .map(filter -> filter);
  }
}
