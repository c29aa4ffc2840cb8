package io.convexpowersync.streams;

/**
 * The number that a text begins with, after whitespace: sign, digits with an optional fraction, an
 * optional exponent.
 *
 * @param text empty if there is none
 * @param integral whether it is only a sign and digits
 */
record NumberPrefix(String text, boolean integral) {
  private static final NumberPrefix NONE = new NumberPrefix("", false);

  static NumberPrefix of(String text) {
    int start = JsText.skipWhitespace(text);
    int whole = JsText.skipSign(text, start);
    int end = JsText.skipDigits(text, whole);
    int digits = end - whole;
    boolean integral = true;
    if (end < text.length() && text.charAt(end) == '.') {
      int fraction = JsText.skipDigits(text, end + 1);
      int fractionDigits = fraction - end - 1;
      if (digits + fractionDigits > 0) {
        integral = false;
        end = fraction;
        digits += fractionDigits;
      }
    }
    if (digits == 0) {
      return NONE;
    }
    int exponent = exponentEnd(text, end);
    return new NumberPrefix(text.substring(start, exponent), integral && exponent == end);
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  private static int exponentEnd(String text, int at) {
    if (at >= text.length() || (text.charAt(at) != 'e' && text.charAt(at) != 'E')) {
      return at;
    }
    int digits = JsText.skipSign(text, at + 1);
    int end = JsText.skipDigits(text, digits);
    return end == digits ? at : end;
  }
}
