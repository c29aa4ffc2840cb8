package io.convexpowersync.streams;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Reads one JSON text into a tree. There are two dialects, because the Service uses two parsers,
 * and a row's results depend on which one read it. Not thread-safe.
 */
final class JsonReader {
  /** Which parser of the Service to follow. */
  private enum Dialect {
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
  private static final int MAX_DEPTH = 250;

  private static final int MAX_LONG_DIGITS = 18;

  private final JsonCursor text;
  private final Dialect dialect;
  private int depth;

  private JsonReader(String text, Dialect dialect) {
    this.text = new JsonCursor(text);
    this.dialect = dialect;
  }

  /**
   * Reads documents and what most functions get.
   *
   * @throws EvaluationException if the text is not one JSON value
   */
  static Json big(String text) {
    return new JsonReader(text, Dialect.BIG).document();
  }

  /**
   * Reads what {@code json_each} gets.
   *
   * @throws EvaluationException if the text is not one JSON value
   */
  static Json plain(String text) {
    return new JsonReader(text, Dialect.PLAIN).document();
  }

  private Json document() {
    text.skipWhitespace();
    Json value = value();
    text.skipWhitespace();
    if (!text.atEnd()) {
      throw text.invalid("unexpected text after the value");
    }
    return value;
  }

  private Json value() {
    return switch (text.peek()) {
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
    text.skipWhitespace();
    if (!text.skip('}')) {
      do {
        text.skipWhitespace();
        member(members);
        text.skipWhitespace();
      } while (text.skip(','));
      text.expect('}');
    }
    depth--;
    return new Json.Obj(MemberOrder.sorted(members));
  }

  private void member(LinkedHashMap<String, Json> members) {
    if (text.peek() != '"') {
      throw text.invalid("a member name was expected");
    }
    String name = string();
    text.skipWhitespace();
    text.expect(':');
    text.skipWhitespace();
    Json value = value();
    if (dialect == Dialect.BIG && name.equals("__proto__")) {
      return;
    }
    Json earlier = members.put(name, value);
    if (earlier != null && dialect == Dialect.BIG && !JsonEquality.equal(earlier, value)) {
      throw text.invalid("a member is repeated with another value");
    }
  }

  private Json array() {
    enter();
    List<Json> items = new ArrayList<>();
    text.skipWhitespace();
    if (!text.skip(']')) {
      do {
        text.skipWhitespace();
        items.add(value());
        text.skipWhitespace();
      } while (text.skip(','));
      text.expect(']');
    }
    depth--;
    return new Json.Array(items);
  }

  private void enter() {
    text.next();
    if (++depth > MAX_DEPTH) {
      throw text.invalid("nested more than " + MAX_DEPTH + " levels deep");
    }
  }

  private Json word(String word, Json value) {
    if (!text.skip(word)) {
      throw text.invalid("a value was expected");
    }
    return value;
  }

  private String string() {
    text.next();
    int start = text.position();
    text.skipPlainCharacters();
    String plain = text.since(start);
    return text.skip('"') ? plain : stringWithEscapes(plain);
  }

  private String stringWithEscapes(String begun) {
    StringBuilder value = new StringBuilder(begun);
    while (!text.skip('"')) {
      if (!text.skip('\\')) {
        throw text.invalid(text.atEnd() ? "unterminated string" : "control character in a string");
      }
      value.append(escape());
      int start = text.position();
      text.skipPlainCharacters();
      value.append(text.since(start));
    }
    return value.toString();
  }

  private char escape() {
    char c = text.next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicodeEscape();
      default -> throw text.invalid("unknown escape");
    };
  }

  private char unicodeEscape() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      char c = text.next();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw text.invalid("incomplete unicode escape");
      }
      unit = unit << 4 | digit;
    }
    return (char) unit;
  }

  private Json number() {
    int start = text.position();
    boolean negative = text.skip('-');
    int integerDigits = text.skip('0') ? 1 : text.skipDigits();
    if (integerDigits == 0 && (negative || !startsWithoutDigits())) {
      throw text.invalid("a value was expected");
    }
    boolean integral = !text.skip('.');
    if (!integral) {
      text.expectDigits();
    }
    if (text.skip('e') || text.skip('E')) {
      if (!text.skip('+')) {
        text.skip('-');
      }
      text.expectDigits();
      if (integral && integerDigits == 0) {
        return new Value.Real(Double.NaN);
      }
      integral = false;
    }
    return integral && dialect == Dialect.BIG
        ? integer(start, integerDigits)
        : new Value.Real(Double.parseDouble(text.since(start)));
  }

  /** The big dialect takes {@code .5}, and even {@code e5}, which then is no number. */
  private boolean startsWithoutDigits() {
    char c = text.peek();
    return dialect == Dialect.BIG && (c == '.' || c == 'e' || c == 'E');
  }

  private Json integer(int start, int digits) {
    return digits <= MAX_LONG_DIGITS
        ? Value.Int.of(text.longSince(start))
        : Value.Int.of(new BigInteger(text.since(start)));
  }
}
