package io.convexpowersync.streams.sql;

import java.util.List;
import java.util.Set;

/**
 * Walks over tokens. Keeps track of how far the parser has looked successfully, because that is
 * where a syntax error is reported, and of how deep it is, because a stack is finite.
 */
final class TokenCursor {
  private final List<Token> tokens;
  private int at;
  private int depth;
  private int operators;
  private int wordMayFollowAt = -1;
  private Span ambiguity;

  TokenCursor(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    if (at < tokens.size() - 1) {
      at++;
    }
    return token;
  }

  /** The token before the current one. */
  Token previous() {
    return tokens.get(Math.max(0, at - 1));
  }

  int position() {
    return at;
  }

  void reset(int position) {
    at = position;
  }

  /** From this token to the one before the current one. */
  Span spanFrom(Token first) {
    return Span.between(first.span(), previous().span());
  }

  boolean skipSymbol(String symbol) {
    return peek().isSymbol(symbol) && skip();
  }

  boolean skipKeyword(String keyword) {
    return peek().isKeyword(keyword) && skip();
  }

  boolean skipWord(String word) {
    return peek().isWord(word) && skip();
  }

  boolean skipKeywords(String first, String second) {
    return peek().isKeyword(first) && peek(1).isKeyword(second) && skip() && skip();
  }

  private boolean skip() {
    next();
    return true;
  }

  void expectSymbol(String symbol) {
    if (!skipSymbol(symbol)) {
      throw unexpected();
    }
  }

  void expectKeyword(String keyword) {
    if (!skipKeyword(keyword)) {
      throw unexpected();
    }
  }

  /**
   * A word that is not reserved. Any other word there is only noticed at the token behind it, since
   * the grammar takes it for a word first.
   */
  void expectWord(Set<String> words) {
    Token token = peek();
    if (token.kind() == TokenKind.WORD) {
      next();
    }
    if (token.kind() != TokenKind.WORD || !words.contains(token.text())) {
      throw unexpected();
    }
  }

  /**
   * The grammar has operators here that are words, so that a wrong word is only noticed at the
   * token behind it.
   */
  void wordMayFollow() {
    wordMayFollowAt = at;
  }

  Token expectIdentifier() {
    if (!peek().isIdentifier()) {
      throw unexpected();
    }
    return next();
  }

  /** The current token cannot stand here. */
  SqlSyntaxException unexpected() {
    if (at == wordMayFollowAt && peek().kind() == TokenKind.WORD) {
      next();
    }
    Token token = peek();
    return switch (token.kind()) {
      case END -> new SqlSyntaxException("Unexpected end of input", null);
      case INVALID ->
          new SqlSyntaxException(
              "invalid syntax: no SQL begins like this at character " + (token.span().start() + 1),
              null);
      default ->
          new SqlSyntaxException(
              "Syntax error: unexpected "
                  + (token.kind() == TokenKind.KEYWORD
                      ? "keyword " + token.text().toUpperCase(java.util.Locale.ROOT)
                      : "\"" + token.text() + "\""),
              token.span());
    };
  }

  /** Enters a nested expression or query. */
  void enter() {
    if (++depth > SqlLimits.MAX_DEPTH) {
      throw new SqlSyntaxException(
          "This SQL is nested more than " + SqlLimits.MAX_DEPTH + " levels deep: simplify it",
          peek().span());
    }
  }

  void leave() {
    depth--;
  }

  /** Counts an operator of a chain, which nests as deep as it is long. */
  void countOperator() {
    if (++operators > SqlLimits.MAX_OPERATORS) {
      throw new SqlSyntaxException(
          "This SQL has more than "
              + SqlLimits.MAX_OPERATORS
              + " operators: split it into several queries",
          peek().span());
    }
  }

  /** Remembers that the grammar allows two readings here, which is an error in the end. */
  void ambiguous(Span span) {
    if (ambiguity == null) {
      ambiguity = span;
    }
  }

  void refuseAmbiguity() {
    if (ambiguity != null) {
      throw new SqlSyntaxException(
          "Ambiguous SQL syntax: substring needs a start, as in substring(a, 1)", null);
    }
  }
}
