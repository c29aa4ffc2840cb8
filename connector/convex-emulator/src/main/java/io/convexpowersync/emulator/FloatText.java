package io.convexpowersync.emulator;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import java.math.BigDecimal;

/**
 * Finite Float64s as the Rust server writes them: the shortest digits that read back as the same
 * number, plain for exponents from -5 to 16, otherwise scientific ({@code 42.0}, {@code 1e16},
 * {@code 1.5e-7}, {@code 5e-324}).
 */
final class FloatText {
  private FloatText() {}

  static String of(double value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    Decimal decimal = shortest(Math.abs(value));
    return (value < 0 ? "-" : "") + layout(decimal.digits, decimal.exponent);
  }

  /** Value = 0.digits x 10^exponent. */
  private record Decimal(String digits, int exponent) {}

  private static Decimal shortest(double value) {
    Decimal found = decimal(DoubleToDecimal.toString(value));
    // Java's rule prefers two digits where one is enough to identify the number; Rust's does not.
    if (found.digits.length() == 2) {
      Decimal shorter = oneDigit(value, found);
      return shorter == null ? found : shorter;
    }
    return found;
  }

  private static Decimal oneDigit(double value, Decimal twoDigits) {
    int first = twoDigits.digits.charAt(0) - '0';
    Decimal best = null;
    BigDecimal bestDistance = null;
    for (int digit = first; digit <= first + 1; digit++) {
      BigDecimal candidate = BigDecimal.valueOf(digit).scaleByPowerOfTen(twoDigits.exponent - 1);
      BigDecimal distance = candidate.subtract(new BigDecimal(value)).abs();
      if (candidate.doubleValue() == value
          && (best == null || distance.compareTo(bestDistance) < 0)) {
        best = decimal(digit + "E" + (twoDigits.exponent - 1));
        bestDistance = distance;
      }
    }
    return best;
  }

  private static Decimal decimal(String javaText) {
    int e = javaText.indexOf('E');
    int exponent = e < 0 ? 0 : Integer.parseInt(javaText.substring(e + 1));
    String mantissa = e < 0 ? javaText : javaText.substring(0, e);
    int point = mantissa.indexOf('.');
    int whole = point < 0 ? mantissa.length() : point;
    String digits =
        point < 0 ? mantissa : mantissa.substring(0, point) + mantissa.substring(point + 1);
    int start = 0;
    while (digits.charAt(start) == '0') {
      start++;
    }
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return new Decimal(digits.substring(start, end), whole + exponent - start);
  }

  private static String layout(String digits, int point) {
    int length = digits.length();
    if (length <= point && point <= 16) {
      return digits + "0".repeat(point - length) + ".0";
    }
    if (0 < point && point <= 16) {
      return digits.substring(0, point) + "." + digits.substring(point);
    }
    if (-5 < point && point <= 0) {
      return "0." + "0".repeat(-point) + digits;
    }
    String mantissa = length == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return mantissa + "e" + (point - 1);
  }
}
