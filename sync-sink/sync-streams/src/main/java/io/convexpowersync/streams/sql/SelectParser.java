package io.convexpowersync.streams.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses queries: SELECT in full; UNION, VALUES and WITH only as far as needed to name them. */
final class SelectParser {
  private final TokenCursor cursor;
  private final ExpressionParser expressions;
  private final FromParser from;
  private final ClauseParser clauses;

  SelectParser(TokenCursor cursor) {
    this.cursor = cursor;
    this.expressions = new ExpressionParser(cursor, this);
    this.from = new FromParser(cursor, expressions, this);
    this.clauses = new ClauseParser(cursor, expressions);
  }

  boolean isStart(Token token) {
    return token.isKeyword("select") || token.isKeyword("with") || token.isWord("values");
  }

  SqlStatement selection() {
    cursor.enter();
    SqlStatement selection = unionOf(operand());
    cursor.leave();
    return selection;
  }

  /** The rest of a UNION, if there is one. */
  SqlStatement unionOf(SqlStatement left) {
    if (!cursor.skipKeyword("union")) {
      return left;
    }
    cursor.skipKeyword("all");
    SqlStatement right = cursor.peek().isSymbol("(") ? inParentheses() : selection();
    return new SqlStatement.Other(Span.between(left.span(), right.span()));
  }

  private SqlStatement operand() {
    Token first = cursor.peek();
    if (first.isSymbol("(")) {
      SqlStatement statement = inParentheses();
      if (!cursor.peek().isKeyword("union")) {
        throw cursor.unexpected();
      }
      return statement;
    }
    if (first.isKeyword("select")) {
      return select();
    }
    if (first.isKeyword("with")) {
      return with();
    }
    if (first.isWord("values")) {
      return values();
    }
    throw cursor.unexpected();
  }

  /** The span of the result includes the parentheses. */
  private SqlStatement inParentheses() {
    Token open = cursor.next();
    SqlStatement inner = selection();
    cursor.expectSymbol(")");
    Span span = cursor.spanFrom(open);
    return inner instanceof SqlSelect select
        ? withSpan(select, span)
        : new SqlStatement.Other(span);
  }

  static SqlSelect withSpan(SqlSelect select, Span span) {
    return new SqlSelect(
        span,
        select.distinct(),
        select.items(),
        select.from(),
        select.where(),
        select.unsupported());
  }

  private SqlStatement with() {
    Token first = cursor.next();
    cursor.skipWord("recursive");
    do {
      cursor.expectIdentifier();
      if (cursor.peek().isSymbol("(")) {
        from.columnNames();
      }
      cursor.expectKeyword("as");
      cursor.expectSymbol("(");
      selection();
      cursor.expectSymbol(")");
    } while (cursor.skipSymbol(","));
    return new SqlStatement.Other(Span.between(first.span(), selection().span()));
  }

  private SqlStatement values() {
    Token first = cursor.next();
    Span last;
    do {
      cursor.expectSymbol("(");
      List<SqlExpression> items = expressions.items();
      last = items.get(items.size() - 1).span();
      cursor.expectSymbol(")");
    } while (cursor.skipSymbol(","));
    return new SqlStatement.Other(Span.between(first.span(), last));
  }

  private SqlSelect select() {
    Span start = cursor.next().span();
    SpanEnd end = new SpanEnd(start);
    boolean distinct = distinct(end);
    List<SqlSelect.Item> items = items(end);
    List<SqlFrom> sources = cursor.skipKeyword("from") ? from.items() : List.of();
    sources.forEach(source -> end.reach(source.span()));
    Optional<SqlExpression> where = Optional.empty();
    if (cursor.skipKeyword("where")) {
      where = Optional.of(expressions.expressionOrStar());
      end.reach(where.get().span());
    }
    List<SqlSelect.Clause> unsupported = clauses.clauses(end);
    return new SqlSelect(end.from(start), distinct, items, sources, where, unsupported);
  }

  private boolean distinct(SpanEnd end) {
    if (cursor.skipKeyword("all")) {
      end.reach(cursor.previous().span());
      return false;
    }
    if (!cursor.skipKeyword("distinct")) {
      return false;
    }
    end.reach(cursor.previous().span());
    if (cursor.skipKeyword("on")) {
      cursor.expectSymbol("(");
      expressions.items();
      cursor.expectSymbol(")");
    }
    return true;
  }

  /** There may be none. */
  private List<SqlSelect.Item> items(SpanEnd end) {
    List<SqlSelect.Item> items = new ArrayList<>();
    if (!startsItem(cursor.peek())) {
      return items;
    }
    do {
      SqlExpression expression = expressions.expressionOrStar();
      end.reach(expression.span());
      items.add(new SqlSelect.Item(expression, alias(end)));
    } while (cursor.skipSymbol(","));
    return items;
  }

  /** What may follow a SELECT without items. */
  private static boolean startsItem(Token token) {
    return switch (token.kind()) {
      case END -> false;
      case KEYWORD ->
          !Set.of("from", "where", "group", "order", "limit", "offset", "fetch", "for", "union")
              .contains(token.text());
      case SYMBOL -> !token.text().equals(")") && !token.text().equals(";");
      default -> true;
    };
  }

  private Optional<SqlSelect.Name> alias(SpanEnd end) {
    boolean as = cursor.skipKeyword("as");
    if (!as && !cursor.peek().isIdentifier()) {
      return Optional.empty();
    }
    Token name = cursor.expectIdentifier();
    if (as) {
      end.reach(name.span());
    }
    return Optional.of(new SqlSelect.Name(name.span(), FromParser.trimmed(name)));
  }

  Optional<Span> orderBy() {
    return clauses.orderBy();
  }
}
