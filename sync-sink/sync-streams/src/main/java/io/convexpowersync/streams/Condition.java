package io.convexpowersync.streams;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The condition of a query in bucket definitions: for which values of its parameters it holds for a
 * row. Both sides of AND and OR are always evaluated.
 */
sealed interface Condition {
  /** A row that belongs to more partitions than this is an error: conditions multiply. */
  int MAX_MATCHES = 100_000;

  /**
   * The values by parameter under which it holds; in order, repetitions included. An empty map says
   * that it holds for all values.
   */
  List<Map<String, Json>> matches(Scope scope);

  /** Says why it does not hold. */
  void explain(Scope scope, Consumer<String> reasons);

  /** A condition on the row alone. */
  record Filter(NamedExpression expression) implements Condition {
    private static final List<Map<String, Json>> ALWAYS = List.of(Map.of());

    @Override
    public List<Map<String, Json>> matches(Scope scope) {
      return Casts.isTrue(expression.evaluate(scope)) ? ALWAYS : List.of();
    }

    @Override
    public void explain(Scope scope, Consumer<String> reasons) {
      if (matches(scope).isEmpty()) {
        reasons.accept("filter " + expression.describe(scope));
      }
    }
  }

  /**
   * {@code expression = parameter}.
   *
   * @param nullable whether null is a value like others
   */
  record Equal(String parameter, NamedExpression expression, boolean nullable)
      implements Condition {
    @Override
    public List<Map<String, Json>> matches(Scope scope) {
      Value value = expression.evaluate(scope);
      if (value.isKeyable()) {
        return List.of(Map.of(parameter, (Json) value));
      }
      return nullable && value.isNull() ? List.of(Map.of(parameter, Value.NULL)) : List.of();
    }

    @Override
    public void explain(Scope scope, Consumer<String> reasons) {
      if (matches(scope).isEmpty()) {
        reasons.accept(parameter + " = " + expression.describe(scope));
      }
    }
  }

  /** {@code parameter IN expression}, which is a JSON array. */
  record Each(String parameter, NamedExpression expression) implements Condition {
    @Override
    public List<Map<String, Json>> matches(Scope scope) {
      Value value = expression.evaluate(scope);
      if (value.isNull()) {
        return List.of();
      }
      if (!(JsonReader.plain(Casts.toText(value)) instanceof Json.Array array)) {
        throw new EvaluationException("IN needs a JSON array");
      }
      List<Map<String, Json>> matches = new ArrayList<>(array.items().size());
      array.items().forEach(item -> matches.add(Map.of(parameter, item)));
      return matches;
    }

    @Override
    public void explain(Scope scope, Consumer<String> reasons) {
      if (matches(scope).isEmpty()) {
        reasons.accept(parameter + " IN " + expression.describe(scope));
      }
    }
  }

  /** The bare parameter, which must be 1. */
  record Present(String parameter) implements Condition {
    @Override
    public List<Map<String, Json>> matches(Scope scope) {
      return List.of(Map.of(parameter, Value.ONE));
    }

    @Override
    public void explain(Scope scope, Consumer<String> reasons) {}
  }

  /**
   * Every combination. Where both sides have different values for a parameter, the Service does not
   * drop the combination: it keeps the left side's values only, so that others may be missing.
   */
  record And(Condition left, Condition right) implements Condition {
    @Override
    public List<Map<String, Json>> matches(Scope scope) {
      List<Map<String, Json>> first = left.matches(scope);
      List<Map<String, Json>> second = right.matches(scope);
      limit((long) first.size() * second.size());
      List<Map<String, Json>> matches = new ArrayList<>(first.size() * second.size());
      for (Map<String, Json> one : first) {
        for (Map<String, Json> other : second) {
          matches.add(combined(one, other));
        }
      }
      return matches;
    }

    private static Map<String, Json> combined(Map<String, Json> one, Map<String, Json> other) {
      if (other.isEmpty() || one.isEmpty()) {
        return other.isEmpty() ? one : other;
      }
      for (Map.Entry<String, Json> value : other.entrySet()) {
        Json known = one.get(value.getKey());
        if (known != null && !LooseEquality.equal(known, value.getValue())) {
          return one;
        }
      }
      Map<String, Json> both = new HashMap<>(one);
      both.putAll(other);
      return both;
    }

    @Override
    public void explain(Scope scope, Consumer<String> reasons) {
      left.explain(scope, reasons);
      right.explain(scope, reasons);
    }
  }

  /** What holds for one side or the other, or for both and is there twice then. */
  record Or(Condition left, Condition right) implements Condition {
    @Override
    public List<Map<String, Json>> matches(Scope scope) {
      List<Map<String, Json>> matches = new ArrayList<>(left.matches(scope));
      matches.addAll(right.matches(scope));
      limit(matches.size());
      return matches;
    }

    @Override
    public void explain(Scope scope, Consumer<String> reasons) {
      if (matches(scope).isEmpty()) {
        left.explain(scope, reasons);
        right.explain(scope, reasons);
      }
    }
  }

  private static void limit(long matches) {
    if (matches > MAX_MATCHES) {
      throw new EvaluationException(
          "A row matches a query more than " + MAX_MATCHES + " times: write fewer ORs");
    }
  }
}
