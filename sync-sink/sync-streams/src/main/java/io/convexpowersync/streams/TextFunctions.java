package io.convexpowersync.streams;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/** Functions over texts and bytes. Positions and lengths of texts count UTF-16 units. */
final class TextFunctions {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  static final Map<String, ScalarFunction> ALL =
      Map.of(
          "upper",
          ScalarFunction.strict(x -> text(Casts.toText(x).toUpperCase(Locale.ROOT))),
          "lower",
          ScalarFunction.strict(x -> text(Casts.toText(x).toLowerCase(Locale.ROOT))),
          "length",
          ScalarFunction.strict(TextFunctions::length),
          "hex",
          new ScalarFunction(1, call -> text(HEX.formatHex(bytes(call.get(0))))),
          "base64",
          new ScalarFunction(
              1, call -> text(Base64.getEncoder().encodeToString(bytes(call.get(0))))),
          "instr",
          new ScalarFunction(2, call -> instr(call.get(0), call.get(1))),
          "substring",
          new ScalarFunction(2, call -> substring(call.get(0), call.get(1), call.get(2))),
          "uuid_blob",
          ScalarFunction.strict(x -> uuid(Casts.toText(x))));

  private static final int UUID_LENGTH = 36;

  private TextFunctions() {}

  private static Value text(String value) {
    return new Value.Text(value);
  }

  private static byte[] bytes(Value value) {
    return value.isNull() ? new byte[0] : Casts.toBytes(value);
  }

  private static Value length(Value value) {
    return Value.Int.of(
        value instanceof Value.Blob blob ? blob.bytes().length : Casts.toText(value).length());
  }

  private static Value instr(Value haystack, Value needle) {
    if (haystack.isNull() || needle.isNull()) {
      return Value.NULL;
    }
    int index =
        haystack instanceof Value.Blob bytes && needle instanceof Value.Blob searched
            ? indexOf(bytes.bytes(), searched.bytes())
            : Casts.toText(haystack).indexOf(Casts.toText(needle));
    return Value.Int.of(index + 1L);
  }

  private static int indexOf(byte[] bytes, byte[] searched) {
    for (int i = 0; i + searched.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + searched.length, searched, 0, searched.length)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Position 1 is the first unit, negative positions count from the end, and position 0 is one unit
   * before the first. A negative length takes the units before the position.
   */
  private static Value substring(Value value, Value position, Value length) {
    if (value.isNull() || position.isNull() || length == Value.NULL) {
      return Value.NULL;
    }
    String text = Casts.toText(value);
    long start = clamp(Casts.toInteger(position));
    long from = start > 0 ? start - 1 : start < 0 ? Math.max(0, text.length() + start) : 0;
    long to = text.length();
    if (!length.isNull()) {
      long count = clamp(Casts.toInteger(length)) - (start == 0 ? 1 : 0);
      to = Math.max(from, from + count);
      from = Math.min(from, from + count);
    }
    int begin = (int) Math.max(0, Math.min(from, text.length()));
    int end = (int) Math.max(begin, Math.min(to, text.length()));
    return text(text.substring(begin, end));
  }

  /** Far beyond any text, and safe to add to. */
  private static long clamp(Value.Int integer) {
    long limit = Integer.MAX_VALUE;
    if (integer.big() != null) {
      return integer.big().signum() * limit;
    }
    return Math.max(-limit, Math.min(limit, integer.small()));
  }

  /** The RFC's versions and variant, or all bits zero, or all bits one. */
  private static Value uuid(String text) {
    if (!isUuid(text)) {
      throw new EvaluationException("uuid_blob of a text that is no UUID");
    }
    return new Value.Blob(HexFormat.of().parseHex(text.replace("-", "")));
  }

  private static boolean isUuid(String text) {
    if (text.length() != UUID_LENGTH) {
      return false;
    }
    for (int i = 0; i < UUID_LENGTH; i++) {
      boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      char c = text.charAt(i);
      if (hyphen ? c != '-' : !HexFormat.isHexDigit(c)) {
        return false;
      }
    }
    char version = text.charAt(14);
    boolean versioned = version >= '1' && version <= '8' && "89abAB".indexOf(text.charAt(19)) >= 0;
    return versioned || isAll(text, '0') || isAll(text, 'f');
  }

  private static boolean isAll(String uuid, char digit) {
    return uuid.chars().allMatch(c -> c == '-' || Character.toLowerCase(c) == digit);
  }
}
