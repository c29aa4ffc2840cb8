package io.convexpowersync.streams.compiler;

/**
 * The hash that plans carry: sums, shifts and exclusive ors in 29 bits. Bucket parameters are
 * ordered by it, so it must be exactly PowerSync's.
 */
final class StableHash {
  private static final int START = 614160925;
  private static final int MASK = (1 << 29) - 1;

  private int state = START;

  StableHash add(int value) {
    state = (state + value) & MASK;
    state = (state + ((state & ((1 << 19) - 1)) << 10)) & MASK;
    state ^= state >> 6;
    return this;
  }

  StableHash add(String text) {
    for (int i = 0; i < text.length(); i++) {
      add(text.charAt(i));
    }
    return this;
  }

  StableHash add(PlanExpression expression) {
    add(ExpressionSql.of(expression));
    expression.forEachInput(data -> add(data.input().name()));
    return this;
  }

  int result() {
    int hash = (state + ((state & ((1 << 26) - 1)) << 3)) & MASK;
    hash ^= hash >> 11;
    return (hash + ((hash & ((1 << 14) - 1)) << 15)) & MASK;
  }
}
