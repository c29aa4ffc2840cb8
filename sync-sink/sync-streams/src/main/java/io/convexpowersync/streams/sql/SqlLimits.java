package io.convexpowersync.streams.sql;

/** Limits that keep hostile SQL from taking the stack or the processor. */
final class SqlLimits {
  /** UTF-16 units of one query. */
  static final int MAX_LENGTH = 100_000;

  /** Nested parentheses, calls, subqueries. */
  static final int MAX_DEPTH = 100;

  /** Operators in one text: they nest in chains. */
  static final int MAX_OPERATORS = 600;

  private SqlLimits() {}
}
