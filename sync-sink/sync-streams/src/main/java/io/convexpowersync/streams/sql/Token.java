package io.convexpowersync.streams.sql;

import java.util.Set;

/**
 * A token of SQL.
 *
 * @param text its value: without quotes, escapes replaced, words in lower case
 */
record Token(TokenKind kind, String text, Span span) {

  boolean isSymbol(String symbol) {
    return kind == TokenKind.SYMBOL && text.equals(symbol);
  }

  boolean isSymbol(Set<String> symbols) {
    return kind == TokenKind.SYMBOL && symbols.contains(text);
  }

  boolean isKeyword(String keyword) {
    return kind == TokenKind.KEYWORD && text.equals(keyword);
  }

  /** Whether it is this word, which is not reserved. */
  boolean isWord(String word) {
    return kind == TokenKind.WORD && text.equals(word);
  }

  boolean isString() {
    return kind == TokenKind.STRING;
  }

  /** Whether it can name something. Two reserved words of Postgres can. */
  boolean isIdentifier() {
    return kind == TokenKind.WORD
        || kind == TokenKind.QUOTED_WORD
        || isKeyword("primary")
        || isKeyword("unique");
  }
}
