package io.convexpowersync.streams.sql;

import io.convexpowersync.streams.sql.SqlSelect.Clause;
import io.convexpowersync.streams.sql.SqlSelect.ClauseKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses what may follow WHERE, of which no edition supports anything. */
final class ClauseParser {
  private static final Set<String> ROWS = Set.of("row", "rows");

  private final TokenCursor cursor;
  private final ExpressionParser expressions;

  ClauseParser(TokenCursor cursor, ExpressionParser expressions) {
    this.cursor = cursor;
    this.expressions = expressions;
  }

  List<Clause> clauses(SpanEnd end) {
    List<Clause> groups = groupBy();
    Optional<Clause> order = orderBy().map(span -> new Clause(ClauseKind.ORDER_BY, span));
    List<Clause> limits = limits();
    List<Clause> locks = lock();
    List<Clause> all = new ArrayList<>(groups);
    if (!limits.isEmpty()) {
      all.add(new Clause(ClauseKind.LIMIT, range(limits)));
    }
    order.ifPresent(all::add);
    all.addAll(locks);
    all.forEach(clause -> end.reach(clause.span()));
    return all;
  }

  private static Span range(List<Clause> clauses) {
    int start = clauses.stream().mapToInt(clause -> clause.span().start()).min().getAsInt();
    int end = clauses.stream().mapToInt(clause -> clause.span().end()).max().getAsInt();
    return new Span(start, end);
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
}
