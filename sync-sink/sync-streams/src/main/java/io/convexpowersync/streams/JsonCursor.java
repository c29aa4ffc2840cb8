package io.convexpowersync.streams;

/** A place in a JSON text, and the smallest steps from there. Not thread-safe. */
final class JsonCursor {
  /** Starts no token. */
  private static final char END = '\uFFFF';

  private final String text;
  private int at;

  JsonCursor(String text) {
    this.text = text;
  }

  int position() {
    return at;
  }

  boolean atEnd() {
    return at >= text.length();
  }

  /** The next character; U+FFFF at the end. */
  char peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  char next() {
    char c = peek();
    at++;
    return c;
  }

  boolean skip(char expected) {
    if (peek() != expected) {
      return false;
    }
    at++;
    return true;
  }

  boolean skip(String word) {
    if (!text.startsWith(word, at)) {
      return false;
    }
    at += word.length();
    return true;
  }

  void expect(char expected) {
    if (!skip(expected)) {
      throw invalid("'" + expected + "' was expected");
    }
  }

  void skipWhitespace() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
        return;
      }
      at++;
    }
  }

  /** Skips digits and says how many. */
  int skipDigits() {
    int start = at;
    at = JsText.skipDigits(text, at);
    return at - start;
  }

  void expectDigits() {
    if (skipDigits() == 0) {
      throw invalid("a digit was expected");
    }
  }

  /** Skips the characters of a string that need no attention: stops at a quote or escape. */
  void skipPlainCharacters() {
    int length = text.length();
    int i = at;
    while (i < length) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\' || c < ' ') {
        break;
      }
      i++;
    }
    at = i;
  }

  String since(int start) {
    return text.substring(start, at);
  }

  /** The digits since a position, with their sign, which must fit. */
  long longSince(int start) {
    return Long.parseLong(text, start, at, 10);
  }

  EvaluationException invalid(String reason) {
    return new EvaluationException("Not valid JSON at position " + at + ": " + reason);
  }
}
