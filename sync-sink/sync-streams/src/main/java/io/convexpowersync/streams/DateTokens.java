package io.convexpowersync.streams;

import java.util.Locale;
import java.util.Map;

/**
 * Splits a date text into the tokens that JavaScript's Date distinguishes, with one token of
 * look-ahead. Not thread-safe.
 */
final class DateTokens {
  /** What a token is. */
  enum Kind {
    /** Digits. */
    NUMBER,
    /** One of {@code : - + . )}. */
    SYMBOL,
    MONTH,
    AM_PM,
    ZONE,
    /** The letter T. */
    TIME_SEPARATOR,
    /** Any other word. */
    WORD,
    BLANK,
    /** Other punctuation, or a text in parentheses. */
    OTHER,
    END
  }

  /**
   * A token.
   *
   * @param value the number, the symbol, or the meaning of the keyword
   * @param length in characters
   */
  record Token(Kind kind, int value, int length) {
    boolean is(Kind expected) {
      return kind == expected;
    }

    boolean isSymbol(char symbol) {
      return kind == Kind.SYMBOL && value == symbol;
    }

    boolean isSign() {
      return isSymbol('+') || isSymbol('-');
    }

    boolean isNumber(int digits) {
      return kind == Kind.NUMBER && length == digits;
    }

    /** The zone Z, and not one with a longer name. */
    boolean isZulu() {
      return kind == Kind.ZONE && length == 1;
    }
  }

  private static final String SYMBOLS = ":-+.)";
  private static final int KEYWORD_LENGTH = 3;

  /** Digits beyond these, leading zeros aside, do not count. */
  private static final int SIGNIFICANT_DIGITS = 9;

  private static final String[] MONTHS = {
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"
  };

  /** Hours east of Greenwich. */
  private static final Map<String, Integer> ZONES =
      Map.ofEntries(
          Map.entry("ut", 0),
          Map.entry("utc", 0),
          Map.entry("z", 0),
          Map.entry("gmt", 0),
          Map.entry("est", -5),
          Map.entry("edt", -4),
          Map.entry("cst", -6),
          Map.entry("cdt", -5),
          Map.entry("mst", -7),
          Map.entry("mdt", -6),
          Map.entry("pst", -8),
          Map.entry("pdt", -7));

  private final String text;
  private int at;
  private Token next;

  DateTokens(String text) {
    this.text = text;
    this.next = scan();
  }

  Token peek() {
    return next;
  }

  Token next() {
    Token current = next;
    next = scan();
    return current;
  }

  boolean skip(char symbol) {
    if (!next.isSymbol(symbol)) {
      return false;
    }
    next();
    return true;
  }

  private Token scan() {
    if (at >= text.length()) {
      return new Token(Kind.END, 0, 0);
    }
    char c = text.charAt(at);
    if (JsText.isDigit(c)) {
      return number();
    }
    if (SYMBOLS.indexOf(c) >= 0) {
      at++;
      return new Token(Kind.SYMBOL, c, 1);
    }
    if (JsText.isWhitespace(c)) {
      at++;
      return new Token(Kind.BLANK, 0, 1);
    }
    return isLetter(c) ? word() : other();
  }

  private Token number() {
    int start = at;
    at = JsText.skipDigits(text, at);
    int first = start;
    while (first < at && text.charAt(first) == '0') {
      first++;
    }
    int last = Math.min(at, first + SIGNIFICANT_DIGITS);
    int value = first == last ? 0 : Integer.parseInt(text, first, last, 10);
    return new Token(Kind.NUMBER, value, at - start);
  }

  /** Months may be written out, other keywords may not go on. */
  private Token word() {
    int start = at;
    while (at < text.length() && isLetter(text.charAt(at))) {
      at++;
    }
    int length = at - start;
    String prefix =
        text.substring(start, start + Math.min(length, KEYWORD_LENGTH)).toLowerCase(Locale.ROOT);
    for (int month = 0; month < MONTHS.length; month++) {
      if (MONTHS[month].equals(prefix)) {
        return new Token(Kind.MONTH, month + 1, length);
      }
    }
    return length > KEYWORD_LENGTH ? new Token(Kind.WORD, 0, length) : keyword(prefix);
  }

  private static Token keyword(String word) {
    Integer hours = ZONES.get(word);
    if (hours != null) {
      return new Token(Kind.ZONE, hours, word.length());
    }
    return switch (word) {
      case "am" -> new Token(Kind.AM_PM, 0, word.length());
      case "pm" -> new Token(Kind.AM_PM, 12, word.length());
      case "t" -> new Token(Kind.TIME_SEPARATOR, 0, word.length());
      default -> new Token(Kind.WORD, 0, word.length());
    };
  }

  private Token other() {
    int start = at;
    int depth = 0;
    do {
      char c = text.charAt(at++);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    } while (depth > 0 && at < text.length());
    return new Token(Kind.OTHER, 0, at - start);
  }

  private static boolean isLetter(char c) {
    return c >= 'A' && !JsText.isWhitespace(c);
  }
}
