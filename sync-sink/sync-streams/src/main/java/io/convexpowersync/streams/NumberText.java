package io.convexpowersync.streams;

/** Doubles as text, the way ECMAScript's Number-to-string prints them. */
public final class NumberText {
  /** Integral doubles below 2^53 in magnitude are exactly their digits. */
  private static final double EXACT_INTEGERS = 0x1p53;

  /** Where the exponent form begins and ends: values in [1e-6, 1e21) are positional. */
  private static final int MAX_POINT = 21;

  private static final int MIN_POINT = -5;

  private NumberText() {}

  public static String of(double value) {
    StringBuilder text = new StringBuilder(24);
    append(text, value);
    return text.toString();
  }

  static void append(StringBuilder out, double value) {
    if (value == (long) value && Math.abs(value) < EXACT_INTEGERS) {
      out.append((long) value);
    } else if (Double.isNaN(value)) {
      out.append("NaN");
    } else {
      if (value < 0) {
        out.append('-');
      }
      if (Double.isInfinite(value)) {
        out.append("Infinity");
      } else {
        appendShortest(out, Math.abs(value));
      }
    }
  }

  private static void appendShortest(StringBuilder out, double value) {
    ShortestDecimal decimal = ShortestDecimal.of(value);
    String digits = Long.toString(decimal.digits());
    int point = digits.length() + decimal.exponent();
    if (point > MAX_POINT || point < MIN_POINT) {
      appendScientific(out, digits, point - 1);
    } else if (point <= 0) {
      out.append("0.");
      zeros(out, -point);
      out.append(digits);
    } else if (point >= digits.length()) {
      out.append(digits);
      zeros(out, point - digits.length());
    } else {
      out.append(digits, 0, point).append('.').append(digits, point, digits.length());
    }
  }

  private static void appendScientific(StringBuilder out, String digits, int exponent) {
    out.append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    out.append('e').append(exponent < 0 ? '-' : '+').append(Math.abs(exponent));
  }

  private static void zeros(StringBuilder out, int count) {
    for (int i = 0; i < count; i++) {
      out.append('0');
    }
  }
}
