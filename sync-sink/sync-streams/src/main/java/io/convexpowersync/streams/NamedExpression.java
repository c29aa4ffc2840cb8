package io.convexpowersync.streams;

/**
 * An expression that an explanation can show.
 *
 * @param sql how it could be written
 */
record NamedExpression(String sql, Expression expression) implements Expression {
  @Override
  public Value evaluate(Scope scope) {
    return expression.evaluate(scope);
  }

  /** Says what the expression is here, such as {@code owner is null}. */
  String describe(Scope scope) {
    Value value = evaluate(scope);
    if (value == Value.ABSENT) {
      return sql + " is missing";
    }
    if (value instanceof Value.Blob) {
      return sql + " is a blob";
    }
    StringBuilder text = new StringBuilder(sql).append(" is ");
    JsonWriter.write(text, value);
    return text.toString();
  }
}
