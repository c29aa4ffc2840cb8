package io.convexpowersync.streams.sql;

import io.convexpowersync.streams.sql.SqlSelect.Clause;
import io.convexpowersync.streams.sql.SqlSelect.ClauseKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses queries: SELECT in full; UNION, VALUES and WITH only as far as needed to name them. */
final class SelectParser {
  private static final Set<String> ROWS = Set.of("row", "rows");

  private final TokenCursor cursor;
  private final ExpressionParser expressions;
  private final FromParser from;

  SelectParser(TokenCursor cursor) {
    this.cursor = cursor;
    this.expressions = new ExpressionParser(cursor, this);
    this.from = new FromParser(cursor, expressions, this);
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
    List<Clause> clauses = clauses(end);
    return new SqlSelect(end.from(start), distinct, items, sources, where, clauses);
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

  private List<Clause> clauses(SpanEnd end) {
    List<Clause> groups = groupBy();
    Optional<Clause> order = orderBy().map(span -> new Clause(ClauseKind.ORDER_BY, span));
    List<Clause> limits = limits();
    List<Clause> locks = lock();
    List<Clause> all = new ArrayList<>(groups);
    all.addAll(limits.stream().limit(1).toList());
    order.ifPresent(all::add);
    all.addAll(locks);
    all.forEach(clause -> end.reach(clause.span()));
    limits.forEach(clause -> end.reach(clause.span()));
    return all;
  }

  private List<Clause> groupBy() {
    List<Clause> clauses = new ArrayList<>();
    if (cursor.skipKeyword("group")) {
      cursor.expectWord(Set.of("by"));
      clauses.add(new Clause(ClauseKind.GROUP_BY, span(expressions.items())));
      if (cursor.skipKeyword("having")) {
        clauses.add(new Clause(ClauseKind.HAVING, expressions.expressionOrStar().span()));
      }
    }
    return clauses;
  }

  private static Span span(List<SqlExpression> items) {
    return Span.between(items.get(0).span(), items.get(items.size() - 1).span());
  }

  /** Where the sort keys are; empty without ORDER BY. */
  Optional<Span> orderBy() {
    if (!cursor.skipKeyword("order")) {
      return Optional.empty();
    }
    cursor.expectWord(Set.of("by"));
    Span first = null;
    SpanEnd end = null;
    do {
      Span key = expressions.expressionOrStar().span();
      if (first == null) {
        first = key;
        end = new SpanEnd(key);
      }
      end.reach(key);
      if (cursor.skipKeyword("asc") || cursor.skipKeyword("desc")) {
        end.reach(cursor.previous().span());
      }
      if (cursor.skipWord("nulls")) {
        cursor.expectWord(Set.of("first", "last"));
        end.reach(cursor.previous().span());
      }
    } while (cursor.skipSymbol(","));
    return Optional.of(end.from(first));
  }

  /** LIMIT and OFFSET, each at most once; LIMIT first. */
  private List<Clause> limits() {
    List<Clause> limits = new ArrayList<>();
    boolean limited = false;
    boolean offset = false;
    while (true) {
      Token first = cursor.peek();
      if (!offset && cursor.skipKeyword("offset")) {
        offset = true;
        expressions.expression();
        if (ROWS.contains(cursor.peek().text())) {
          cursor.next();
        }
        limits.add(new Clause(ClauseKind.LIMIT, cursor.spanFrom(first)));
      } else if (!limited && (first.isKeyword("limit") || first.isKeyword("fetch"))) {
        limited = true;
        limits.add(0, new Clause(ClauseKind.LIMIT, limit()));
      } else {
        return limits;
      }
    }
  }

  private Span limit() {
    if (cursor.skipKeyword("limit")) {
      return expressions.expression().span();
    }
    cursor.next();
    if (cursor.peek().isWord("first") || cursor.peek().isWord("next")) {
      cursor.next();
    }
    Span span = expressions.expression().span();
    cursor.expectWord(ROWS);
    cursor.expectKeyword("only");
    return span;
  }

  private List<Clause> lock() {
    List<Clause> clauses = new ArrayList<>();
    if (cursor.skipKeyword("for")) {
      Token first = cursor.peek();
      if (cursor.skipWord("no")) {
        cursor.expectWord(Set.of("key"));
        cursor.expectWord(Set.of("update"));
      } else {
        cursor.expectWord(cursor.skipWord("key") ? Set.of("share") : Set.of("update", "share"));
      }
      clauses.add(new Clause(ClauseKind.FOR, cursor.spanFrom(first)));
      if (cursor.peek().isWord("nowait") || cursor.peek().isWord("skip")) {
        Token skip = cursor.next();
        if (skip.text().equals("skip")) {
          cursor.expectWord(Set.of("locked"));
        }
        clauses.add(new Clause(ClauseKind.SKIP, cursor.spanFrom(skip)));
      }
    }
    return clauses;
  }

  /** How far a node reaches, of the parts that have a place. */
  private static final class SpanEnd {
    private Span last;

    SpanEnd(Span first) {
      this.last = first;
    }

    void reach(Span span) {
      last = span.end() > last.end() ? span : last;
    }

    Span from(Span first) {
      return Span.between(first, last);
    }
  }
}
