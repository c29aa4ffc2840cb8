package io.convexpowersync.streams;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Reads one JSON text into a tree. There are two dialects, because the Service uses two parsers,
 * and a row's results depend on which one read it.
 */
final class JsonReader {
  /** Which parser of the Service to follow. */
  enum Dialect {
    /**
     * Integers stay integers, of any size. A repeated member is an error unless both values are
     * equal. A number may lack the digits before its point or exponent. A member named {@code
     * __proto__} disappears.
     */
    BIG,
    /** JavaScript's {@code JSON.parse}: every number is a double, the last repeated member wins. */
    PLAIN
  }

  /** Deeper texts are refused: they are read, compared and written by recursion. */
  private static final int MAX_DEPTH = 1000;

  private static final int MAX_LONG_DIGITS = 18;
  private static final char END = '\uFFFF';

  private final String text;
  private final Dialect dialect;
  private int at;
  private int depth;

  private JsonReader(String text, Dialect dialect) {
    this.text = text;
    this.dialect = dialect;
  }

  /**
   * @throws EvaluationException if the text is not one JSON value
   */
  static Json big(String text) {
    return new JsonReader(text, Dialect.BIG).document();
  }

  /**
   * @throws EvaluationException if the text is not one JSON value
   */
  static Json plain(String text) {
    return new JsonReader(text, Dialect.PLAIN).document();
  }

  private Json document() {
    skipWhitespace();
    Json value = value();
    skipWhitespace();
    if (at < text.length()) {
      throw invalid("unexpected text after the value");
    }
    return value;
  }

  private Json value() {
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> new Value.Text(string());
      case 't' -> word("true", Json.Bool.TRUE);
      case 'f' -> word("false", Json.Bool.FALSE);
      case 'n' -> word("null", Value.NULL);
      default -> number();
    };
  }

  private Json object() {
    enter();
    LinkedHashMap<String, Json> members = new LinkedHashMap<>();
    skipWhitespace();
    if (!skip('}')) {
      do {
        skipWhitespace();
        member(members);
        skipWhitespace();
      } while (skip(','));
      expect('}');
    }
    depth--;
    return new Json.Obj(MemberOrder.sorted(members));
  }

  private void member(LinkedHashMap<String, Json> members) {
    if (peek() != '"') {
      throw invalid("a member name was expected");
    }
    String name = string();
    skipWhitespace();
    expect(':');
    skipWhitespace();
    Json value = value();
    if (dialect == Dialect.BIG && name.equals("__proto__")) {
      return;
    }
    Json earlier = members.put(name, value);
    if (earlier != null && dialect == Dialect.BIG && !JsonEquality.equal(earlier, value)) {
      throw invalid("a member is repeated with another value");
    }
  }

  private Json array() {
    enter();
    List<Json> items = new ArrayList<>();
    skipWhitespace();
    if (!skip(']')) {
      do {
        skipWhitespace();
        items.add(value());
        skipWhitespace();
      } while (skip(','));
      expect(']');
    }
    depth--;
    return new Json.Array(items);
  }

  private void enter() {
    at++;
    if (++depth > MAX_DEPTH) {
      throw invalid("nested more than " + MAX_DEPTH + " levels deep");
    }
  }

  private String string() {
    int start = ++at;
    int length = text.length();
    while (at < length) {
      char c = text.charAt(at);
      if (c == '"') {
        return text.substring(start, at++);
      }
      if (c == '\\' || c < ' ') {
        return stringWithEscapes(start);
      }
      at++;
    }
    throw invalid("unterminated string");
  }

  private String stringWithEscapes(int start) {
    StringBuilder value = new StringBuilder().append(text, start, at);
    while (true) {
      char c = peek();
      if (at >= text.length()) {
        throw invalid("unterminated string");
      }
      if (c < ' ') {
        throw invalid("control character in a string");
      }
      at++;
      if (c == '"') {
        return value.toString();
      }
      value.append(c == '\\' ? escape() : c);
    }
  }

  private char escape() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicodeEscape();
      default -> throw invalid("unknown escape");
    };
  }

  private char unicodeEscape() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      char c = peek();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw invalid("incomplete unicode escape");
      }
      unit = unit << 4 | digit;
      at++;
    }
    return (char) unit;
  }

  private Json word(String word, Json value) {
    if (!text.startsWith(word, at)) {
      throw invalid("a value was expected");
    }
    at += word.length();
    return value;
  }

  private Json number() {
    int start = at;
    boolean negative = skip('-');
    int integerDigits = integerDigits(negative);
    boolean integral = true;
    if (skip('.')) {
      integral = false;
      digits();
    }
    if (skip('e') || skip('E')) {
      if (integral && integerDigits == 0) {
        return exponentAlone();
      }
      integral = false;
      exponent();
    }
    if (at == start) {
      throw invalid("a value was expected");
    }
    return integral && dialect == Dialect.BIG
        ? integer(start, integerDigits)
        : new Value.Real(Double.parseDouble(text.substring(start, at)));
  }

  /** Only the big dialect lets them be missing, and only without a sign. */
  private int integerDigits(boolean negative) {
    int start = at;
    if (!skip('0')) {
      skipDigits();
    }
    if (at == start && (negative || (dialect == Dialect.PLAIN && peek() == '.'))) {
      throw invalid("a digit was expected");
    }
    return at - start;
  }

  /** The big dialect takes {@code e5} for a number, which then is none. */
  private Json exponentAlone() {
    if (dialect == Dialect.PLAIN) {
      throw invalid("a value was expected");
    }
    exponent();
    return new Value.Real(Double.NaN);
  }

  private void exponent() {
    if (!skip('+')) {
      skip('-');
    }
    digits();
  }

  private Json integer(int start, int digits) {
    return digits <= MAX_LONG_DIGITS
        ? Value.Int.of(Long.parseLong(text, start, at, 10))
        : Value.Int.of(new BigInteger(text.substring(start, at)));
  }

  private void digits() {
    int start = at;
    skipDigits();
    if (at == start) {
      throw invalid("a digit was expected");
    }
  }

  private void skipDigits() {
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
  }

  private void skipWhitespace() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
        return;
      }
      at++;
    }
  }

  /** The next character; U+FFFF, which starts no token, at the end. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  private boolean skip(char expected) {
    if (peek() != expected) {
      return false;
    }
    at++;
    return true;
  }

  private void expect(char expected) {
    if (!skip(expected)) {
      throw invalid("'" + expected + "' was expected");
    }
  }

  private EvaluationException invalid(String reason) {
    return new EvaluationException("Not valid JSON at position " + at + ": " + reason);
  }
}
