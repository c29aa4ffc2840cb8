package io.convexpowersync.streams.compiler;

import static io.convexpowersync.streams.config.Problem.Category.SQL_DEPENDENCIES;

import io.convexpowersync.streams.config.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes a term a resolver. Starts at the table that is selected and follows comparisons to other
 * tables: each table that is reached becomes a lookup, whose own comparisons are followed in the
 * same way.
 */
final class ResolverBuilder {
  private final Query query;
  private final List<Atom> atoms;
  private final Problems problems;
  private final Set<Atom> done = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<RowSource> inProgress = new HashSet<>();
  private final Map<RowSource, Lookup> lookups = new IdentityHashMap<>();
  private final List<Lookup> completed = new ArrayList<>();
  private final List<PlanExpression> requestFilters = new ArrayList<>();

  private ResolverBuilder(Query query, List<Atom> atoms, Problems problems) {
    this.query = query;
    this.atoms = atoms;
    this.problems = problems;
  }

  static Resolver build(Query query, List<Atom> term, Problems problems) {
    return new ResolverBuilder(query, term, problems).build();
  }

  private Resolver build() {
    Processor rows = new Processor(query.table());
    resolve(rows);
    requireRemaining();
    for (Atom atom : atoms) {
      if (!done.contains(atom)) {
        problems.fatal(
            SQL_DEPENDENCIES,
            atom.place(),
            "Unable to associate this filter with added tables: compare one of them with the"
                + " selected table or with a parameter");
      }
    }
    return new Resolver(query, rows, requestFilters, List.copyOf(completed));
  }

  /** Takes the conditions on a source, and resolves what its rows are compared with. */
  private void resolve(Processor processor) {
    inProgress.add(processor.source());
    for (Atom atom : atoms) {
      if (done.contains(atom)) {
        continue;
      }
      if (atom instanceof Atom.Equal equal) {
        if (isOn(equal.left(), processor)) {
          partition(processor, equal, equal.left(), equal.right());
        } else if (isOn(equal.right(), processor)) {
          partition(processor, equal, equal.right(), equal.left());
        }
      } else if (isOn(((Atom.Filter) atom).expression(), processor)) {
        done.add(atom);
        processor.filter(((Atom.Filter) atom).expression());
      }
    }
    inProgress.remove(processor.source());
  }

  private static boolean isOn(PlanExpression expression, Processor processor) {
    Dependency dependency = Dependency.of(expression);
    return dependency.isRows() && dependency.processor() == processor.source();
  }

  private void partition(
      Processor processor, Atom.Equal equal, PlanExpression own, PlanExpression other) {
    Dependency dependency = Dependency.of(other);
    if (dependency.isRows() && inProgress.contains(dependency.processor())) {
      processor.use(own);
      return;
    }
    done.add(equal);
    if (processor.source() instanceof RowSource.Function function) {
      problems.fatal(
          SQL_DEPENDENCIES,
          function.place(),
          "This table-valued function depends on request data and can't be partitioned: compare it"
              + " with = to one table only");
    }
    requireOneSource(own, equal);
    Lookup.Value value = new Lookup.Value.Request(other);
    if (dependency.isRows()) {
      requireOneSource(other, equal);
      value = lookup(dependency.processor()).output(other);
    }
    processor.partition(own, value);
  }

  /** What begins with a function's output is computed where the table's columns are not known. */
  private void requireOneSource(PlanExpression expression, Atom.Equal equal) {
    Processor.leadingFunction(expression)
        .ifPresent(
            function ->
                expression.forEachInput(
                    data -> {
                      if (Dependency.of(data.input()).source() != function) {
                        problems.fatal(
                            SQL_DEPENDENCIES,
                            equal.place(),
                            "An expression of a table-valued function and columns cannot be"
                                + " compared when the function comes first: put a column first");
                      }
                    }));
  }

  private Lookup lookup(RowSource source) {
    Lookup known = lookups.get(source);
    if (known != null) {
      return known;
    }
    Lookup lookup = new Lookup(new Processor(source));
    lookups.put(source, lookup);
    resolve(lookup.processor());
    completed.add(lookup);
    return lookup;
  }

  /** Conditions that no comparison leads to: rows must exist for them, or the request decides. */
  private void requireRemaining() {
    for (Atom atom : atoms) {
      if (done.contains(atom)) {
        continue;
      }
      if (atom instanceof Atom.Equal equal) {
        Dependency left = Dependency.of(equal.left());
        Dependency right = Dependency.of(equal.right());
        if (left.isRows() != right.isRows()) {
          lookup((left.isRows() ? left : right).processor());
        }
        continue;
      }
      PlanExpression condition = ((Atom.Filter) atom).expression();
      Dependency dependency = Dependency.of(condition);
      if (dependency.isRows()) {
        lookup(dependency.processor());
      } else {
        done.add(atom);
        requestFilters.add(condition);
      }
    }
  }
}
