package io.convexpowersync.streams.sql;

import java.util.List;
import java.util.Optional;

/** An item of a FROM clause. */
public sealed interface SqlFrom {

  /** Where it is in the SQL, with the join's words when it has some. */
  Span span();

  Alias alias();

  /** How it is joined to the items before it; empty after FROM and a comma. */
  Optional<Join> join();

  /**
   * The name of an item and of its columns.
   *
   * @param name empty when there is no alias
   * @param columns empty unless all columns are named
   */
  record Alias(Optional<String> name, boolean quoted, List<String> columns) {
    static final Alias NONE = new Alias(Optional.empty(), false, List.of());
  }

  /**
   * A join.
   *
   * @param type upper case, such as {@code INNER JOIN}
   * @param clause where ON or USING and what follows is; empty when there is neither
   * @param on the condition
   * @param using whether it says USING
   */
  record Join(String type, Optional<Span> clause, Optional<SqlExpression> on, boolean using) {
    public boolean isInner() {
      return type.equals("INNER JOIN");
    }
  }

  /**
   * A table.
   *
   * @param nameSpan where its name is, with the schema and without the alias
   * @param name lower case unless quoted, as is the schema
   */
  record Table(
      Span span,
      Span nameSpan,
      Optional<String> schema,
      String name,
      Alias alias,
      Optional<Join> join)
      implements SqlFrom {}

  /** A query in parentheses; the statement's span includes them. */
  record Derived(Span span, SqlStatement statement, Alias alias, Optional<Join> join)
      implements SqlFrom {}

  /** A table-valued function. */
  record Function(Span span, SqlExpression.Call call, Alias alias, Optional<Join> join)
      implements SqlFrom {}
}
