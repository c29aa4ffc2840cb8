package io.convexpowersync.streams.bucketdefinitions;

import io.convexpowersync.streams.sql.Span;
import java.util.Locale;

/**
 * Warns of names with upper case letters that are not quoted: they mean the name in lower case,
 * which no field of a document with such a name has.
 */
final class LetterCase {
  private LetterCase() {}

  /**
   * @param span a name, or several with dots between them
   */
  static void check(QueryText query, Span span) {
    String sql = query.text().sql();
    int at = span.start();
    while (at < span.end()) {
      int end = endOfWord(sql, at, span.end());
      String name = sql.substring(at, end);
      if (!name.startsWith("\"") && !name.equals(name.toLowerCase(Locale.ROOT))) {
        query.warning(
            new Span(at, end),
            "Unquoted identifiers are converted to lower-case. Use \"" + name + "\" instead.");
      }
      at = end + 1;
    }
  }

  /** A dot in quotes ends nothing. */
  private static int endOfWord(String sql, int from, int limit) {
    boolean quoted = false;
    for (int at = from; at < limit; at++) {
      char c = sql.charAt(at);
      quoted ^= c == '"';
      if (c == '.' && !quoted) {
        return at;
      }
    }
    return limit;
  }
}
