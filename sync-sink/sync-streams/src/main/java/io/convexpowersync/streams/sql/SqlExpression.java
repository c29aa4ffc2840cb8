package io.convexpowersync.streams.sql;

import java.util.List;
import java.util.Optional;

/**
 * An expression as written. Everything that the grammar knows is here, also what no edition
 * supports, so that it can be named in an error. Parentheses leave no trace, not even in spans.
 */
public sealed interface SqlExpression {

  /** Where it is in the SQL. */
  Span span();

  <T> T accept(Visitor<T> visitor);

  /** One method for each kind of expression. */
  interface Visitor<T> {
    T reference(Reference reference);

    T literal(Literal literal);

    T unary(Unary unary);

    T binary(Binary binary);

    T between(Between between);

    T member(Member member);

    T cast(Cast cast);

    T caseWhen(Case caseWhen);

    T call(Call call);

    T list(ItemList list);

    T subquery(Subquery subquery);

    T other(Other other);
  }

  /**
   * A column, or {@code *}.
   *
   * @param table empty when not qualified
   */
  record Reference(Span span, Optional<String> schema, Optional<String> table, String column)
      implements SqlExpression {
    /** The column name of {@code *} and {@code t.*}. */
    public static final String ALL = "*";

    public boolean isAll() {
      return column.equals(ALL);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.reference(this);
    }
  }

  /** The kinds of literals. */
  enum LiteralKind {
    NULL,
    BOOLEAN,
    INTEGER,
    DECIMAL,
    TEXT
  }

  /**
   * @param text digits as written, {@code true} or {@code false}, or the text without its quotes
   */
  record Literal(Span span, LiteralKind kind, String text) implements SqlExpression {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.literal(this);
    }
  }

  /**
   * @param operator upper case: {@code NOT}, {@code +}, {@code -}, {@code IS NULL}, {@code IS NOT
   *     TRUE} and so on
   */
  record Unary(Span span, String operator, SqlExpression operand) implements SqlExpression {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.unary(this);
    }
  }

  /**
   * @param operator upper case; {@code <>} is {@code !=}
   */
  record Binary(Span span, String operator, SqlExpression left, SqlExpression right)
      implements SqlExpression {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.binary(this);
    }
  }

  /** {@code value [NOT] BETWEEN low AND high}. */
  record Between(
      Span span, SqlExpression value, SqlExpression low, SqlExpression high, boolean negated)
      implements SqlExpression {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.between(this);
    }
  }

  /**
   * {@code operand -> 'member'}.
   *
   * @param operator {@code ->} or {@code ->>}
   */
  record Member(Span span, SqlExpression operand, String operator, Literal member)
      implements SqlExpression {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.member(this);
    }
  }

  /** A cast in one of its three forms. */
  record Cast(Span span, SqlExpression operand, TypeName type) implements SqlExpression {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.cast(this);
    }
  }

  /**
   * The name of a type.
   *
   * @param name lower case unless quoted
   */
  record TypeName(Span span, String name, boolean isArray) {}

  /** {@code CASE [operand] WHEN ... THEN ... [ELSE ...] END}. */
  record Case(
      Span span,
      Optional<SqlExpression> operand,
      List<Branch> branches,
      Optional<SqlExpression> otherwise)
      implements SqlExpression {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.caseWhen(this);
    }
  }

  /** One {@code WHEN} of a {@code CASE}. */
  record Branch(SqlExpression when, SqlExpression then) {}

  /**
   * A function call.
   *
   * @param isPlain without DISTINCT, ORDER BY, FILTER and OVER
   */
  record Call(Span span, FunctionName function, List<SqlExpression> arguments, boolean isPlain)
      implements SqlExpression {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.call(this);
    }
  }

  /** The name of a function. */
  record FunctionName(Span span, Optional<String> schema, String name) {

    /** With the schema, as it is written. */
    public String qualified() {
      return schema.map(text -> text + "." + name).orElse(name);
    }
  }

  /** {@code ARRAY[a, b]}, or {@code (a, b)}, which is a list and no array. */
  record ItemList(Span span, List<SqlExpression> items, boolean isArray) implements SqlExpression {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.list(this);
    }
  }

  /** A query as an operand. */
  record Subquery(SqlStatement statement) implements SqlExpression {
    @Override
    public Span span() {
      return statement.span();
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.subquery(this);
    }
  }

  /** The kinds of expressions that no edition supports. */
  enum OtherKind {
    PARAMETER,
    KEYWORD,
    DEFAULT,
    EXTRACT,
    OVERLAY,
    SUBSTRING,
    ARRAY_INDEX,
    ARRAY_SELECT
  }

  /**
   * What only the grammar knows.
   *
   * @param operands those of the syntax {@code substring(a FROM b FOR c)}, else none
   */
  record Other(Span span, OtherKind kind, List<SqlExpression> operands) implements SqlExpression {
    Other(Span span, OtherKind kind) {
      this(span, kind, List.of());
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.other(this);
    }
  }
}
