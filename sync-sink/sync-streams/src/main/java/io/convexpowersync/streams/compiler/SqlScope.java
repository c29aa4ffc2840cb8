package io.convexpowersync.streams.compiler;

import io.convexpowersync.streams.config.Problem.Category;
import io.convexpowersync.streams.config.Problems;
import io.convexpowersync.streams.config.SqlText;
import io.convexpowersync.streams.sql.Span;
import io.convexpowersync.streams.sql.SqlExpression;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The names that a query sees: those of its own FROM clause, then those of the query around it. */
final class SqlScope {
  private final SqlScope outer;
  private final SqlText text;
  private final Problems problems;
  private final Map<String, Item> items = new LinkedHashMap<>();

  /** Something that a name means. */
  sealed interface Item {
    /** A table or a function. */
    record Rows(RowSource source) implements Item {}

    /** A query in parentheses, or a common table; columns in order. */
    record Derived(Map<String, PlanExpression> columns) implements Item {}
  }

  /**
   * @param outer null for a query that sees nothing around it
   * @param text the SQL that the query is in
   */
  SqlScope(SqlScope outer, SqlText text, Problems problems) {
    this.outer = outer;
    this.text = text;
    this.problems = problems;
  }

  /** Reports a name that is there already. */
  void add(String name, Item item, Span span) {
    if (items.putIfAbsent(name.toLowerCase(Locale.ROOT), item) != null) {
      problem(
          Category.SQL_REFERENCE,
          span,
          "Table with name " + name + " already exists in scope: give it an alias");
    }
  }

  /** What a column or {@code *} belongs to; null if that is not clear, which is reported. */
  Item itemOf(SqlExpression.Reference reference) {
    return reference.table().isPresent()
        ? named(reference.table().get(), reference.span())
        : only(reference.span());
  }

  /** Null if nothing has this name; that is reported. */
  Item named(String name, Span span) {
    Optional<Item> found = find(name);
    if (found.isEmpty()) {
      problem(
          Category.SQL_REFERENCE,
          span,
          "Table '" + name + "' has not been added in a FROM clause here");
    }
    return found.orElse(null);
  }

  private Optional<Item> find(String name) {
    for (SqlScope scope = this; scope != null; scope = scope.outer) {
      Item item = scope.items.get(name.toLowerCase(Locale.ROOT));
      if (item != null) {
        return Optional.of(item);
      }
    }
    return Optional.empty();
  }

  private Item only(Span span) {
    SqlScope scope = this;
    while (scope.items.isEmpty() && scope.outer != null) {
      scope = scope.outer;
    }
    if (scope.items.size() == 1) {
      return scope.items.values().iterator().next();
    }
    problem(
        Category.SQL_REFERENCE,
        span,
        scope.items.isEmpty()
            ? "Invalid unqualified reference since there is no FROM clause"
            : "Invalid unqualified reference since multiple tables are in scope: write table.column");
    return null;
  }

  Span place(Span span) {
    return text.inYaml(span);
  }

  SqlText text() {
    return text;
  }

  Problems problems() {
    return problems;
  }

  void problem(Category category, Span span, String message) {
    problems.fatal(category, place(span), message);
  }

  void warning(Span span, String message) {
    problems.warning(Category.LINT, place(span), message);
  }
}
