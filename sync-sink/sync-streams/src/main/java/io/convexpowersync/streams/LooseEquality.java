package io.convexpowersync.streams;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * JavaScript's {@code ==}, by which the Service decides whether two conditions of a bucket
 * definition ask for the same value of a parameter: {@code '7'} and {@code 7} are the same.
 */
final class LooseEquality {
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(Infinity|(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?)");
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
  private static final Pattern PREFIXED =
      Pattern.compile("0(?:[xX](?<hex>[0-9a-fA-F]+)|[oO](?<octal>[0-7]+)|[bB](?<binary>[01]+))");

  private LooseEquality() {}

  static boolean equal(Json a, Json b) {
    if (a == Value.NULL || b == Value.NULL) {
      return a == b;
    }
    Json first = withoutBoolean(a);
    Json second = withoutBoolean(b);
    if (isObject(first) || isObject(second)) {
      // Two objects of two documents are never the same.
      return isObject(first) != isObject(second) && equal(primitive(first), primitive(second));
    }
    if (first instanceof Value.Text text && second instanceof Value.Text other) {
      return text.value().equals(other.value());
    }
    if (first instanceof Value.Text text) {
      return equalsNumber(text.value(), (Value) second);
    }
    return second instanceof Value.Text text
        ? equalsNumber(text.value(), (Value) first)
        : Comparison.compare((Value) first, (Value) second) == 0;
  }

  private static Json withoutBoolean(Json json) {
    return json instanceof Json.Bool ? (Json) json.toColumn() : json;
  }

  private static boolean isObject(Json json) {
    return json instanceof Json.Array || json instanceof Json.Obj;
  }

  private static Json primitive(Json json) {
    return isObject(json) ? new Value.Text(text(json)) : json;
  }

  private static String text(Json json) {
    if (json instanceof Json.Array array) {
      return array.items().stream()
          .map(item -> item == Value.NULL ? "" : text(item))
          .collect(Collectors.joining(","));
    }
    if (json instanceof Json.Bool bool) {
      return bool == Json.Bool.TRUE ? "true" : "false";
    }
    return json instanceof Json.Obj ? "[object Object]" : Casts.toText((Value) json);
  }

  private static boolean equalsNumber(String text, Value number) {
    String trimmed = trimmed(text);
    Matcher prefixed = PREFIXED.matcher(trimmed);
    if (trimmed.isEmpty()) {
      return Comparison.compare(Value.ZERO, number) == 0;
    }
    if (prefixed.matches()) {
      return Comparison.compare(Value.Int.of(prefixed(prefixed)), number) == 0;
    }
    if (number instanceof Value.Int) {
      return INTEGER.matcher(trimmed).matches()
          && Comparison.compare(Value.Int.of(new BigInteger(trimmed)), number) == 0;
    }
    return DECIMAL.matcher(trimmed).matches()
        && Double.parseDouble(trimmed) == ((Value.Real) number).value();
  }

  private static BigInteger prefixed(Matcher digits) {
    if (digits.group("hex") != null) {
      return new BigInteger(digits.group("hex"), 16);
    }
    return digits.group("octal") != null
        ? new BigInteger(digits.group("octal"), 8)
        : new BigInteger(digits.group("binary"), 2);
  }

  private static String trimmed(String text) {
    int end = text.length();
    while (end > 0 && JsText.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    String start = text.substring(0, end);
    return start.substring(JsText.skipWhitespace(start));
  }
}
