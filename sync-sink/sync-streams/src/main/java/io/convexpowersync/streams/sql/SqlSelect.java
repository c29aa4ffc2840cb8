package io.convexpowersync.streams.sql;

import java.util.List;
import java.util.Optional;

/**
 * A SELECT as written.
 *
 * @param distinct whether it says DISTINCT
 * @param unsupported clauses that no edition supports, in the order in which they are complained of
 */
public record SqlSelect(
    Span span,
    boolean distinct,
    List<Item> items,
    List<SqlFrom> from,
    Optional<SqlExpression> where,
    List<Clause> unsupported)
    implements SqlStatement {

  /** An entry of the select list. */
  public record Item(SqlExpression expression, Optional<Name> alias) {}

  /**
   * A name given with AS.
   *
   * @param name lower case unless quoted
   */
  public record Name(Span span, String name) {}

  /** A clause that no edition supports. */
  public record Clause(ClauseKind kind, Span span) {}

  /** The clauses that no edition supports. */
  public enum ClauseKind {
    GROUP_BY("GROUP BY"),
    HAVING("GROUP BY"),
    LIMIT("LIMIT"),
    ORDER_BY("ORDER BY"),
    FOR("FOR"),
    SKIP("SKIP");

    private final String sql;

    ClauseKind(String sql) {
      this.sql = sql;
    }

    /** What messages call it. */
    public String sql() {
      return sql;
    }
  }
}
