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
}
