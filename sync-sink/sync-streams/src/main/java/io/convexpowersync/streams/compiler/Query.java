package io.convexpowersync.streams.compiler;

import io.convexpowersync.streams.config.SqlText;
import io.convexpowersync.streams.sql.Span;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A query with its names resolved.
 *
 * @param columns what is selected, all of the table
 * @param table whose rows are selected
 * @param conditions must all hold
 * @param places of the expressions that messages may be about
 */
record Query(
    SqlText text,
    List<Column> columns,
    RowSource.Table table,
    List<PlanExpression> conditions,
    Places places) {

  /** An entry of the select list. */
  sealed interface Column {
    /** Every column of the row. */
    enum Star implements Column {
      ALL
    }

    /** One column. */
    record Named(String name, PlanExpression expression) implements Column {}
  }

  /** Where in the YAML expressions are. */
  static final class Places {
    private final Map<PlanExpression, Span> places = new IdentityHashMap<>();
    private final Span whole;

    /**
     * @param whole for expressions that nobody wrote
     */
    Places(Span whole) {
      this.whole = whole;
    }

    /** An inner place is kept: it is the more exact one. */
    <T extends PlanExpression> T put(T expression, Span place) {
      places.putIfAbsent(expression, place);
      return expression;
    }

    Span of(PlanExpression expression) {
      return places.getOrDefault(expression, whole);
    }
  }
}
