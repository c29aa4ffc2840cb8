package io.convexpowersync.streams;

import java.math.BigDecimal;

/**
 * The order of values: numbers by exact value, texts by UTF-16 units, otherwise null before numbers
 * before texts before blobs.
 */
final class Comparison {
  private Comparison() {}

  /**
   * Negative, zero or positive; nulls are equal. A NaN makes the left number the smaller one,
   * whichever side it is on.
   *
   * @throws EvaluationException if both are blobs
   */
  static int compare(Value left, Value right) {
    if (left instanceof Value.Text a && right instanceof Value.Text b) {
      return a.value().compareTo(b.value());
    }
    int byType = Integer.compare(rank(left), rank(right));
    if (byType != 0 || left.isNull()) {
      return byType;
    }
    if (left instanceof Value.Blob) {
      throw new EvaluationException("Two blobs cannot be compared");
    }
    return compareNumbers(left, right);
  }

  private static int rank(Value value) {
    if (value.isNull()) {
      return 0;
    }
    return value instanceof Value.Text ? 2 : value instanceof Value.Blob ? 3 : 1;
  }

  private static int compareNumbers(Value left, Value right) {
    if (left instanceof Value.Int a) {
      return right instanceof Value.Int b
          ? compareIntegers(a, b)
          : compareMixed(a, ((Value.Real) right).value());
    }
    double a = ((Value.Real) left).value();
    if (right instanceof Value.Int b) {
      return Double.isNaN(a) ? -1 : -compareMixed(b, a);
    }
    double b = ((Value.Real) right).value();
    return a == b ? 0 : a > b ? 1 : -1;
  }

  private static int compareIntegers(Value.Int a, Value.Int b) {
    return a.big() == null && b.big() == null
        ? Long.compare(a.small(), b.small())
        : a.toBig().compareTo(b.toBig());
  }

  private static int compareMixed(Value.Int integer, double real) {
    if (Double.isNaN(real)) {
      return -1;
    }
    if (Double.isInfinite(real)) {
      return real > 0 ? -1 : 1;
    }
    if (integer.big() == null && Math.abs(real) < 0x1p63) {
      long whole = (long) real;
      double fraction = real - whole;
      return integer.small() != whole
          ? Long.compare(integer.small(), whole)
          : fraction > 0 ? -1 : fraction < 0 ? 1 : 0;
    }
    return new BigDecimal(integer.toBig()).compareTo(new BigDecimal(real));
  }
}
