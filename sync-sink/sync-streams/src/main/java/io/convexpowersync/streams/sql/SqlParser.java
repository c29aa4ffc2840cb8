package io.convexpowersync.streams.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Parses the SQL of sync configs: exactly what PowerSync's compiler parses (the Postgres grammar of
 * the npm package pgsql-ast-parser), as far as queries go. Other statements are only recognised.
 *
 * <p>One token ahead decides, almost everywhere; so a syntax error is at the first token that
 * cannot continue a valid text.
 */
public final class SqlParser {
  private final TokenCursor cursor;
  private final SelectParser selects;

  private SqlParser(String sql) {
    this.cursor = new TokenCursor(SqlLexer.tokens(sql));
    this.selects = new SelectParser(cursor);
  }

  /**
   * The statements of a text, separated by semicolons; at least one.
   *
   * @throws SqlSyntaxException if the text is no SQL, or too large or deep to handle
   */
  public static List<SqlStatement> parse(String sql) {
    if (sql.length() > SqlLimits.MAX_LENGTH) {
      throw new SqlSyntaxException(
          "This SQL is longer than " + SqlLimits.MAX_LENGTH + " characters: split it", null);
    }
    return new SqlParser(sql).statements();
  }

  private List<SqlStatement> statements() {
    List<SqlStatement> statements = new ArrayList<>();
    skipSeparators();
    statements.add(statement());
    while (skipSeparators() && cursor.peek().kind() != TokenKind.END) {
      statements.add(statement());
    }
    if (cursor.peek().kind() != TokenKind.END) {
      throw cursor.unexpected();
    }
    cursor.refuseAmbiguity();
    return statements;
  }

  private boolean skipSeparators() {
    boolean any = false;
    while (cursor.skipSymbol(";")) {
      any = true;
    }
    return any;
  }

  private SqlStatement statement() {
    Token first = cursor.peek();
    if (selects.isStart(first) || first.isSymbol("(")) {
      return selects.selection();
    }
    boolean isWord = first.kind() == TokenKind.WORD || first.kind() == TokenKind.KEYWORD;
    if (isWord && Keywords.OTHER_STATEMENTS.contains(first.text())) {
      return other();
    }
    if (first.kind() == TokenKind.WORD) {
      cursor.next();
    }
    throw cursor.unexpected();
  }

  /** Its syntax is not checked, since it is refused anyway. */
  private SqlStatement other() {
    Token first = cursor.next();
    Span last = first.span();
    while (cursor.peek().kind() != TokenKind.END && !cursor.peek().isSymbol(";")) {
      if (cursor.peek().kind() == TokenKind.INVALID) {
        throw cursor.unexpected();
      }
      Token token = cursor.next();
      last = token.isSymbol(")") ? last : token.span();
    }
    return new SqlStatement.Other(Span.between(first.span(), last));
  }
}
