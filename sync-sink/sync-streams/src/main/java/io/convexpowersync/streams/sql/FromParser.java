package io.convexpowersync.streams.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses FROM clauses. */
final class FromParser {
  private static final Set<String> OUTER = Set.of("left", "right", "full");

  private final TokenCursor cursor;
  private final ExpressionParser expressions;
  private final SelectParser selects;

  FromParser(TokenCursor cursor, ExpressionParser expressions, SelectParser selects) {
    this.cursor = cursor;
    this.expressions = expressions;
    this.selects = selects;
  }

  List<SqlFrom> items() {
    List<SqlFrom> items = new ArrayList<>();
    do {
      joined(items);
    } while (cursor.skipSymbol(","));
    return items;
  }

  /** One subject and what is joined to it; adds them to the list. */
  private void joined(List<SqlFrom> items) {
    cursor.enter();
    if (cursor.peek().isSymbol("(") && !selects.isStart(cursor.peek(1))) {
      cursor.next();
      int before = items.size();
      joined(items);
      if (items.size() < before + 2) {
        throw cursor.unexpected();
      }
      cursor.expectSymbol(")");
    } else {
      items.add(subject(Optional.empty()));
    }
    for (Optional<String> type = joinType(); type.isPresent(); type = joinType()) {
      items.add(join(type.get()));
    }
    cursor.leave();
  }

  private Optional<String> joinType() {
    Token token = cursor.peek();
    if (cursor.skipKeyword("join") || cursor.skipKeywords("inner", "join")) {
      return Optional.of("INNER JOIN");
    }
    if (cursor.skipKeyword("inner")) {
      throw cursor.unexpected();
    }
    if (cursor.skipKeyword("cross")) {
      cursor.expectKeyword("join");
      return Optional.of("CROSS JOIN");
    }
    if (token.kind() == TokenKind.KEYWORD && OUTER.contains(token.text())) {
      cursor.next();
      cursor.skipKeyword("outer");
      cursor.expectKeyword("join");
      return Optional.of(token.text().toUpperCase(java.util.Locale.ROOT) + " JOIN");
    }
    return Optional.empty();
  }

  private SqlFrom join(String type) {
    SqlFrom subject = subject(Optional.empty());
    Token clause = cursor.peek();
    SqlFrom.Join join = new SqlFrom.Join(type, Optional.empty(), Optional.empty(), false);
    if (cursor.skipKeyword("on")) {
      SqlExpression on = expressions.expressionOrStar();
      Span span = Span.between(clause.span(), on.span());
      join = new SqlFrom.Join(type, Optional.of(span), Optional.of(on), false);
    } else if (cursor.skipKeyword("using")) {
      columnNames();
      join = new SqlFrom.Join(type, Optional.of(cursor.spanFrom(clause)), Optional.empty(), true);
    }
    return joinedBy(subject, join);
  }

  private static SqlFrom joinedBy(SqlFrom subject, SqlFrom.Join join) {
    Optional<SqlFrom.Join> by = Optional.of(join);
    if (subject instanceof SqlFrom.Table table) {
      return new SqlFrom.Table(
          table.span(), table.nameSpan(), table.schema(), table.name(), table.alias(), by);
    }
    if (subject instanceof SqlFrom.Derived derived) {
      return new SqlFrom.Derived(derived.span(), derived.statement(), derived.alias(), by);
    }
    SqlFrom.Function function = (SqlFrom.Function) subject;
    return new SqlFrom.Function(function.span(), function.call(), function.alias(), by);
  }

  private SqlFrom subject(Optional<SqlFrom.Join> join) {
    Token first = cursor.peek();
    if (first.isSymbol("(")) {
      return derived(join);
    }
    if (expressions.isCallAhead()) {
      return function(join);
    }
    Optional<String> schema = Optional.empty();
    String name;
    if (first.isIdentifier() && cursor.peek(1).isSymbol(".")) {
      schema = Optional.of(trimmed(cursor.next()));
      cursor.next();
      name = trimmed(extendedIdentifier());
    } else if (first.isKeyword("precision") || first.isKeyword("current_schema")) {
      name = cursor.next().text();
    } else {
      name = trimmed(cursor.expectIdentifier());
    }
    Span nameSpan = cursor.spanFrom(first);
    Aliased alias = alias();
    Span span = alias.end() == null ? nameSpan : Span.between(nameSpan, alias.end());
    return new SqlFrom.Table(span, nameSpan, schema, name, alias.alias(), join);
  }

  private Token extendedIdentifier() {
    if (cursor.peek().kind() == TokenKind.KEYWORD) {
      return cursor.next();
    }
    return cursor.expectIdentifier();
  }

  private SqlFrom derived(Optional<SqlFrom.Join> join) {
    Token open = cursor.next();
    SqlStatement inner = selects.selection();
    cursor.expectSymbol(")");
    Span parentheses = cursor.spanFrom(open);
    SqlStatement statement =
        inner instanceof SqlSelect select
            ? SelectParser.withSpan(select, parentheses)
            : new SqlStatement.Other(parentheses);
    Aliased alias = alias();
    if (alias.alias().name().isEmpty()) {
      throw cursor.unexpected();
    }
    Span span = alias.end() == null ? parentheses : Span.between(parentheses, alias.end());
    return new SqlFrom.Derived(span, statement, alias.alias(), join);
  }

  private SqlFrom function(Optional<SqlFrom.Join> join) {
    SqlExpression.Call call = expressions.plainCall();
    Span last = call.span();
    if (cursor.skipKeyword("with")) {
      cursor.expectWord(Set.of("ordinality"));
      last = cursor.previous().span();
    }
    Aliased alias = alias();
    if (alias.alias().name().isPresent()) {
      last = alias.last();
    }
    return new SqlFrom.Function(Span.between(call.span(), last), call, alias.alias(), join);
  }

  /**
   * An alias where there is one.
   *
   * @param end where it is, for the span of the item: null when AS is missing
   * @param last where it is; null when there is none
   */
  private record Aliased(SqlFrom.Alias alias, Span end, Span last) {}

  private Aliased alias() {
    boolean as = cursor.skipKeyword("as");
    if (!as && !cursor.peek().isIdentifier()) {
      return new Aliased(SqlFrom.Alias.NONE, null, null);
    }
    Token name = cursor.expectIdentifier();
    List<String> columns = cursor.peek().isSymbol("(") ? columnNames() : List.of();
    boolean quoted = name.kind() == TokenKind.QUOTED_WORD;
    return new Aliased(
        new SqlFrom.Alias(Optional.of(trimmed(name)), quoted, columns),
        as ? name.span() : null,
        name.span());
  }

  List<String> columnNames() {
    cursor.expectSymbol("(");
    List<String> names = new ArrayList<>();
    do {
      names.add(trimmed(cursor.expectIdentifier()));
    } while (cursor.skipSymbol(","));
    cursor.expectSymbol(")");
    return names;
  }

  /** Most names lose the spaces around them, even quoted ones. */
  static String trimmed(Token name) {
    String text = name.text();
    int start = 0;
    int end = text.length();
    while (start < end && SqlLexer.isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && SqlLexer.isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }
}
