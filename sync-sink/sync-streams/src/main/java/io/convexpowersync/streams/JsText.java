package io.convexpowersync.streams;

/** How JavaScript reads numbers at the start of a text, ignoring what follows them. */
final class JsText {
  private JsText() {}

  /** Index of the first character that is not JavaScript whitespace. */
  static int skipWhitespace(String text) {
    int at = 0;
    while (at < text.length() && isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  static int skipSign(String text, int at) {
    return at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-') ? at + 1 : at;
  }

  static int skipDigits(String text, int at) {
    int end = at;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Whether {@code parseInt} of the text is a number other than zero. */
  static boolean parsesToNonZeroInteger(String text) {
    int at = skipSign(text, skipWhitespace(text));
    boolean hex = text.regionMatches(true, at, "0x", 0, 2);
    int radix = hex ? 16 : 10;
    for (int i = hex ? at + 2 : at; i < text.length(); i++) {
      char c = text.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, radix) : -1;
      if (digit != 0) {
        return digit > 0;
      }
    }
    return false;
  }

  static boolean isWhitespace(char c) {
    return switch (c) {
      case '\t', '\n', '\u000B', '\f', '\r', ' ', '\u00A0', '\uFEFF', '\u2028', '\u2029' -> true;
      default -> Character.getType(c) == Character.SPACE_SEPARATOR;
    };
  }
}
