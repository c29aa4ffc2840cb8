package io.convexpowersync.streams;

/** A compiled SQL expression. Immutable and thread-safe. */
interface Expression {
  /**
   * @throws EvaluationException if the row's values make it fail
   */
  Value evaluate(Scope scope);
}
