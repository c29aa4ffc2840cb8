package io.convexpowersync.streams.bucketdefinitions;

import static io.convexpowersync.streams.config.Problem.Category.SQL_REFERENCE;
import static io.convexpowersync.streams.config.Problem.Category.SQL_SHAPE;
import static io.convexpowersync.streams.config.Problem.Category.SQL_STATEMENT;
import static io.convexpowersync.streams.config.Problem.Category.SQL_UNSUPPORTED;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.streams.config.SqlTexts;
import io.convexpowersync.streams.sql.Span;
import io.convexpowersync.streams.sql.SqlExpression;
import io.convexpowersync.streams.sql.SqlFrom;
import io.convexpowersync.streams.sql.SqlSelect;
import io.convexpowersync.streams.sql.SqlSelect.Clause;
import io.convexpowersync.streams.sql.SqlSelect.ClauseKind;
import io.convexpowersync.streams.sql.SqlStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What every query of editions 1 and 2 must be: one SELECT, without most clauses. */
final class Selects {
  /** In the order in which they are complained of; DISTINCT comes before FOR. */
  private static final List<ClauseKind> ORDER =
      List.of(
          ClauseKind.SKIP,
          ClauseKind.HAVING,
          ClauseKind.LIMIT,
          ClauseKind.ORDER_BY,
          ClauseKind.GROUP_BY,
          ClauseKind.FOR);

  private Selects() {}

  /** Parses and compiles a query; empty when it is too wrong for a result, which is reported. */
  static <T> Optional<T> compile(QueryText query, Function<SqlSelect, Optional<T>> compiler) {
    return parse(query).flatMap(compiler);
  }

  /** Reports what an unusable query throws, and nothing else about it. */
  static <T> Optional<T> reporting(QueryText query, Function<QueryText, Optional<T>> work) {
    QueryText apart = query.apart();
    try {
      Optional<T> result = work.apply(apart);
      query.addAll(apart);
      return result;
    } catch (UnusableQueryException e) {
      Span span = e.span();
      if (span == null) {
        query.unplacedProblem(e.category(), e.getMessage());
      } else {
        query.problem(e.category(), span, e.getMessage());
      }
      return Optional.empty();
    }
  }

  private static Optional<SqlSelect> parse(QueryText query) {
    List<SqlStatement> statements = SqlTexts.all(query.text(), query.problems());
    if (statements.isEmpty()) {
      return Optional.empty();
    }
    SqlStatement first = statements.get(0);
    if (statements.size() > 1) {
      query.problem(
          SQL_STATEMENT,
          statements.get(1).span(),
          "Only a single SELECT statement is supported: make a query of each");
    } else if (!(first instanceof SqlSelect)) {
      query.problem(SQL_STATEMENT, first.span(), "Only SELECT statements are supported");
    } else {
      return Optional.of((SqlSelect) first);
    }
    return Optional.empty();
  }

  /** The only table of a data query; empty when it reads something else, which is reported. */
  static Optional<SqlFrom.Table> onlyTable(SqlSelect select, QueryText query) {
    List<SqlFrom> from = select.from();
    if (from.size() == 1 && from.get(0) instanceof SqlFrom.Table table) {
      return Optional.of(table);
    }
    Span span = from.isEmpty() ? select.span() : nameSpan(from.get(0));
    query.problem(
        SQL_SHAPE,
        span,
        "Must SELECT from a single table: bucket definitions have no joins, Sync Streams have");
    return Optional.empty();
  }

  static Span nameSpan(SqlFrom from) {
    if (from instanceof SqlFrom.Table table) {
      return table.nameSpan();
    }
    return from instanceof SqlFrom.Function function ? function.call().span() : from.span();
  }

  static void refuseClauses(SqlSelect select, QueryText query) {
    for (ClauseKind kind : ORDER) {
      if (kind == ClauseKind.FOR && select.distinct()) {
        query.problem(SQL_UNSUPPORTED, "DISTINCT is not supported");
      }
      List<Span> spans = new ArrayList<>();
      for (Clause clause : select.unsupported()) {
        if (clause.kind() == kind) {
          spans.add(clause.span());
        }
      }
      if (!spans.isEmpty()) {
        query.problem(SQL_UNSUPPORTED, range(spans), name(kind) + " is not supported");
      }
    }
  }

  private static Span range(List<Span> spans) {
    int start = spans.stream().mapToInt(Span::start).min().getAsInt();
    return new Span(start, spans.stream().mapToInt(Span::end).max().getAsInt());
  }

  private static String name(ClauseKind kind) {
    return switch (kind) {
      case HAVING -> "HAVING";
      case FOR -> "SELECT FOR";
      default -> kind.sql();
    };
  }

  /** The name of a result column. */
  static String name(SqlSelect.Item item, QueryText query) {
    if (item.alias().isPresent()) {
      LetterCase.check(query, item.alias().get().span());
      return item.alias().get().name();
    }
    if (item.expression() instanceof SqlExpression.Reference reference) {
      return reference.column();
    }
    throw new UnusableQueryException(
        SQL_SHAPE, item.expression().span(), "alias is required: write AS and a name behind it");
  }

  static boolean isStar(SqlSelect.Item item) {
    return item.alias().isEmpty()
        && item.expression() instanceof SqlExpression.Reference reference
        && reference.isAll();
  }

  /** The table of a source as plans have it. */
  static ObjectNode table(SqlFrom.Table table) {
    String schema = table.schema().orElse(null);
    String connection = null;
    if (schema != null && schema.indexOf('.') >= 0) {
      connection = schema.substring(0, schema.indexOf('.'));
      schema = schema.substring(schema.indexOf('.') + 1);
      if (schema.indexOf('.') >= 0) {
        throw new UnusableQueryException(
            SQL_REFERENCE,
            null,
            "Invalid schema '" + table.schema().get() + "': write schema.table");
      }
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("connection", connection)
        .put("schema", schema)
        .put("table", table.name());
  }

  /** As a name of the SQL, not as it means in lower case. */
  static void checkLetterCase(SqlFrom.Table table, QueryText query) {
    LetterCase.check(query, table.nameSpan());
  }
}
