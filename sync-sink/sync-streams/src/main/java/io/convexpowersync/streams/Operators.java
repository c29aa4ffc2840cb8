package io.convexpowersync.streams;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * The binary operators. There is no three-valued logic: AND and OR yield 1 or 0, and both sides are
 * always evaluated.
 */
final class Operators {
  /** A binary operator over evaluated operands. */
  interface Binary {
    Value apply(Value left, Value right);
  }

  /** They compile, and then every evaluation fails, in the Service as here. */
  static final Set<String> ALWAYS_FAILING = Set.of("%", "&", "|", "<<", ">>");

  static final Map<String, Binary> BINARY =
      Map.ofEntries(
          Map.entry("or", (a, b) -> Value.of(Casts.isTrue(a) | Casts.isTrue(b))),
          Map.entry("and", (a, b) -> Value.of(Casts.isTrue(a) & Casts.isTrue(b))),
          Map.entry("=", comparing(order -> order == 0)),
          Map.entry("<", comparing(order -> order < 0)),
          Map.entry("<=", comparing(order -> order <= 0)),
          Map.entry(">", comparing(order -> order > 0)),
          Map.entry(">=", comparing(order -> order >= 0)),
          Map.entry("is", (a, b) -> Value.of(Comparison.compare(a, b) == 0)),
          Map.entry("+", arithmetic(Operators::add, BigInteger::add, (a, b) -> a + b)),
          Map.entry("-", arithmetic(Operators::subtract, BigInteger::subtract, (a, b) -> a - b)),
          Map.entry("*", arithmetic(Operators::multiply, BigInteger::multiply, (a, b) -> a * b)),
          Map.entry("/", Operators::divide),
          Map.entry("||", Operators::concatenate));

  /** Editions 1 and 2 have an inequality of its own, which is null for null. */
  static final Map<String, Binary> WITH_INEQUALITY = withInequality();

  private Operators() {}

  private static Map<String, Binary> withInequality() {
    Map<String, Binary> operators = new HashMap<>(BINARY);
    operators.put("!=", comparing(order -> order != 0));
    return Map.copyOf(operators);
  }

  static Binary alwaysFailing(String operator) {
    return (a, b) -> {
      throw new EvaluationException("Operator " + operator + " cannot be evaluated");
    };
  }

  /** {@code left = right} for use outside of an operator; null if either is. */
  static Value equal(Value left, Value right) {
    return BINARY.get("=").apply(left, right);
  }

  static Value between(Value value, Value low, Value high) {
    Value aboveLow = BINARY.get(">=").apply(value, low);
    Value belowHigh = BINARY.get("<=").apply(value, high);
    return aboveLow.isNull() || belowHigh.isNull()
        ? Value.NULL
        : BINARY.get("and").apply(aboveLow, belowHigh);
  }

  static Value in(Value target, Value[] list) {
    if (target.isNull()) {
      return Value.NULL;
    }
    boolean sawNull = false;
    for (Value element : list) {
      Value equal = equal(target, element);
      if (Casts.isTrue(equal)) {
        return Value.ONE;
      }
      sawNull |= equal.isNull();
    }
    return sawNull ? Value.NULL : Value.ZERO;
  }

  private static Binary comparing(IntPredicate accepted) {
    return (a, b) ->
        a.isNull() || b.isNull() ? Value.NULL : Value.of(accepted.test(Comparison.compare(a, b)));
  }

  /** Yields null where the exact result does not fit a long. */
  private interface LongOperation {
    Value.Int apply(long a, long b);
  }

  private interface BigOperation {
    BigInteger apply(BigInteger a, BigInteger b);
  }

  private interface RealOperation {
    double apply(double a, double b);
  }

  private static Binary arithmetic(LongOperation small, BigOperation big, RealOperation real) {
    return (left, right) -> {
      if (left.isNull() || right.isNull()) {
        return Value.NULL;
      }
      Value a = Casts.toNumeric(left);
      Value b = Casts.toNumeric(right);
      if (a instanceof Value.Int x && b instanceof Value.Int y) {
        Value.Int result =
            x.big() == null && y.big() == null ? small.apply(x.small(), y.small()) : null;
        return result != null ? result : Value.Int.of(big.apply(x.toBig(), y.toBig()));
      }
      return new Value.Real(real.apply(toDouble(a), toDouble(b)));
    };
  }

  private static Value.Int add(long a, long b) {
    long sum = a + b;
    return ((a ^ sum) & (b ^ sum)) < 0 ? null : Value.Int.of(sum);
  }

  private static Value.Int subtract(long a, long b) {
    long difference = a - b;
    return ((a ^ b) & (a ^ difference)) < 0 ? null : Value.Int.of(difference);
  }

  private static Value.Int multiply(long a, long b) {
    long product = a * b;
    return Math.multiplyHigh(a, b) == product >> 63 ? Value.Int.of(product) : null;
  }

  private static Value divide(Value left, Value right) {
    if (left.isNull() || right.isNull()) {
      return Value.NULL;
    }
    Value a = Casts.toNumeric(left);
    Value b = Casts.toNumeric(right);
    if (a instanceof Value.Int x && b instanceof Value.Int y) {
      return y.isZero() ? Value.NULL : Value.Int.of(x.toBig().divide(y.toBig()));
    }
    double divisor = toDouble(b);
    return divisor == 0 ? Value.NULL : new Value.Real(toDouble(a) / divisor);
  }

  private static double toDouble(Value number) {
    return number instanceof Value.Int integer ? integer.toDouble() : ((Value.Real) number).value();
  }

  private static Value concatenate(Value left, Value right) {
    return left.isNull() || right.isNull()
        ? Value.NULL
        : new Value.Text(Casts.toText(left) + Casts.toText(right));
  }
}
