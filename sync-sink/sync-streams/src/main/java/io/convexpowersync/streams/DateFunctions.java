package io.convexpowersync.streams;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.OptionalLong;

/**
 * {@code unixepoch} and {@code datetime}. A number is a Julian day, or seconds since 1970 with the
 * modifier {@code unixepoch}; a text is a date. {@code subsec} keeps milliseconds. Other modifiers
 * give null.
 */
final class DateFunctions {
  static final Map<String, ScalarFunction> ALL =
      Map.of(
          "unixepoch", new ScalarFunction(1, call -> evaluate(call, DateFunctions::unixepoch)),
          "datetime", new ScalarFunction(1, call -> evaluate(call, DateFunctions::datetime)));

  private static final double UNIX_EPOCH_JULIAN_DAY = 2440587.5;
  private static final long MS_PER_SECOND = 1000;
  private static final double MAX_MS = 8.64e15;
  private static final int MAX_FOUR_DIGIT_YEAR = 9999;

  /** Prints a time in milliseconds since 1970. */
  private interface Format {
    Value apply(long ms, boolean subsecond);
  }

  private DateFunctions() {}

  private static Value evaluate(ScalarFunction.Arguments call, Format format) {
    Value first = call.get(1);
    boolean unixSeconds = isText(first, "unixepoch");
    Value precision = unixSeconds ? call.get(2) : first;
    boolean subsecond = isText(precision, "subsec") || isText(precision, "subsecond");
    if (!subsecond && !precision.isNull()) {
      return Value.NULL;
    }
    OptionalLong ms = milliseconds(call.get(0), unixSeconds);
    return ms.isPresent() ? format.apply(ms.getAsLong(), subsecond) : Value.NULL;
  }

  private static boolean isText(Value value, String expected) {
    return value instanceof Value.Text text && text.value().equals(expected);
  }

  /** Empty if the value is no point in time. */
  static OptionalLong milliseconds(Value value, boolean unixSeconds) {
    if (value instanceof Value.Int integer) {
      return fromNumber(integer.toDouble(), unixSeconds);
    }
    if (value instanceof Value.Real real) {
      return fromNumber(real.value(), unixSeconds);
    }
    return value.isNull() ? OptionalLong.empty() : fromText(Casts.toText(value));
  }

  private static OptionalLong fromNumber(double number, boolean unixSeconds) {
    // The order of the multiplications decides how they round.
    double seconds = unixSeconds ? number : (number - UNIX_EPOCH_JULIAN_DAY) * 24 * 60 * 60;
    double ms = seconds * MS_PER_SECOND;
    return Math.abs(ms) <= MAX_MS ? OptionalLong.of((long) ms) : OptionalLong.empty();
  }

  private static OptionalLong fromText(String text) {
    if (hasZone(text)) {
      return DateText.parse(text);
    }
    return isUnsignedDecimal(text)
        ? fromNumber(Double.parseDouble(text), false)
        : DateText.parse(text + "Z");
  }

  /** A {@code Z} anywhere, or an offset at the end. */
  private static boolean hasZone(String text) {
    if (text.indexOf('Z') >= 0 || text.indexOf('z') >= 0) {
      return true;
    }
    int at = text.length() - "+hh:mm".length();
    return at >= 0
        && (text.charAt(at) == '+' || text.charAt(at) == '-')
        && JsText.skipDigits(text, at + 1) == at + 3
        && text.charAt(at + 3) == ':'
        && JsText.skipDigits(text, at + 4) == text.length();
  }

  /** Digits, perhaps with a point and more digits. */
  private static boolean isUnsignedDecimal(String text) {
    int end = JsText.skipDigits(text, 0);
    boolean point = end > 0 && end < text.length() && text.charAt(end) == '.';
    return end > 0 && (point ? JsText.skipDigits(text, end + 1) : end) == text.length();
  }

  private static Value unixepoch(long ms, boolean subsecond) {
    return subsecond
        ? new Value.Real(ms / (double) MS_PER_SECOND)
        : Value.Int.of(Math.floorDiv(ms, MS_PER_SECOND));
  }

  private static Value datetime(long ms, boolean subsecond) {
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(ms, MS_PER_SECOND),
            (int) Math.floorMod(ms, MS_PER_SECOND) * 1_000_000,
            ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(24);
    year(text, time.getYear());
    padded(text.append('-'), time.getMonthValue(), 2);
    padded(text.append('-'), time.getDayOfMonth(), 2);
    padded(text.append(' '), time.getHour(), 2);
    padded(text.append(':'), time.getMinute(), 2);
    padded(text.append(':'), time.getSecond(), 2);
    if (subsecond) {
      padded(text.append('.'), time.getNano() / 1_000_000, 3);
    }
    return new Value.Text(text.toString());
  }

  private static void year(StringBuilder text, int year) {
    if (year < 0) {
      text.append(year);
    } else if (year > MAX_FOUR_DIGIT_YEAR) {
      padded(text.append('+'), year, 6);
    } else {
      padded(text, year, 4);
    }
  }

  private static void padded(StringBuilder text, int number, int width) {
    String digits = Integer.toString(number);
    for (int i = digits.length(); i < width; i++) {
      text.append('0');
    }
    text.append(digits);
  }
}
