package io.convexpowersync.streams;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;

/** CAST, and what counts as true. */
final class Casts {
  /** By the name that plans use. Null and absent stay null. */
  static final Map<String, UnaryOperator<Value>> BY_TYPE =
      Map.of(
          "text", value -> value.isNull() ? Value.NULL : new Value.Text(toText(value)),
          "blob", value -> value.isNull() ? Value.NULL : new Value.Blob(toBytes(value)),
          "integer", value -> value.isNull() ? Value.NULL : toInteger(value),
          "real", value -> value.isNull() ? Value.NULL : toReal(value),
          "numeric", value -> value.isNull() ? Value.NULL : toNumeric(value));

  private static final int MAX_LONG_DIGITS = 18;

  private Casts() {}

  /**
   * @param value not null
   */
  static String toText(Value value) {
    if (value instanceof Value.Text text) {
      return text.value();
    }
    if (value instanceof Value.Int integer) {
      return integer.digits();
    }
    return value instanceof Value.Real real
        ? NumberText.of(real.value())
        : decode(((Value.Blob) value).bytes());
  }

  /**
   * @param value not null
   */
  static byte[] toBytes(Value value) {
    return value instanceof Value.Blob blob ? blob.bytes() : Utf8.encode(toText(value));
  }

  /**
   * Reals are floored; of texts the leading digits count.
   *
   * @param value not null
   */
  static Value.Int toInteger(Value value) {
    if (value instanceof Value.Int integer) {
      return integer;
    }
    return value instanceof Value.Real real ? floor(real.value()) : leadingInteger(toText(value));
  }

  /**
   * @param value not null
   */
  static Value.Real toReal(Value value) {
    if (value instanceof Value.Real real) {
      return real;
    }
    if (value instanceof Value.Int integer) {
      return new Value.Real(integer.toDouble());
    }
    String text = toText(value);
    int start = JsText.skipWhitespace(text);
    int unsigned = JsText.skipSign(text, start);
    if (text.startsWith("Infinity", unsigned)) {
      return new Value.Real(Double.parseDouble(text.substring(start, unsigned) + "Infinity"));
    }
    NumberPrefix number = NumberPrefix.of(text);
    return new Value.Real(number.isEmpty() ? 0 : Double.parseDouble(number.text()));
  }

  /**
   * @param value not null
   */
  static Value toNumeric(Value value) {
    if (value instanceof Value.Int || value instanceof Value.Real) {
      return value;
    }
    NumberPrefix number = NumberPrefix.of(toText(value));
    if (number.isEmpty()) {
      return Value.ZERO;
    }
    return number.integral()
        ? integer(number.text())
        : new Value.Real(Double.parseDouble(number.text()));
  }

  static boolean isTrue(Value value) {
    if (value instanceof Value.Int integer) {
      return !integer.isZero();
    }
    if (value instanceof Value.Real real) {
      return real.value() != 0 && !Double.isNaN(real.value());
    }
    return value instanceof Value.Text text && JsText.parsesToNonZeroInteger(text.value());
  }

  /**
   * The integer that a real equals.
   *
   * @param real finite and integral
   */
  static Value.Int exactInteger(double real) {
    return Math.abs(real) < 0x1p63
        ? Value.Int.of((long) real)
        : Value.Int.of(new BigDecimal(real).toBigInteger());
  }

  private static Value.Int floor(double real) {
    if (!Double.isFinite(real)) {
      throw new EvaluationException(NumberText.of(real) + " cannot be cast to an integer");
    }
    return exactInteger(Math.floor(real));
  }

  private static Value.Int leadingInteger(String text) {
    int start = JsText.skipWhitespace(text);
    int digits = JsText.skipSign(text, start);
    int end = JsText.skipDigits(text, digits);
    return end == digits ? Value.ZERO : integer(text.substring(start, end));
  }

  /**
   * @param digits optional sign and digits
   */
  static Value.Int integer(String digits) {
    return digits.length() <= MAX_LONG_DIGITS
        ? Value.Int.of(Long.parseLong(digits))
        : Value.Int.of(new BigInteger(digits));
  }

  /** As JavaScript's TextDecoder: malformed bytes become U+FFFD, one leading mark is dropped. */
  private static String decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
