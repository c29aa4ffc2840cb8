package io.convexpowersync.streams.compiler;

import io.convexpowersync.streams.sql.Span;

/**
 * A condition that is not split further.
 *
 * @param place where it is in the YAML
 */
sealed interface Atom {
  Span place();

  /** A condition on the rows of one source, or on the request, or on nothing. */
  record Filter(PlanExpression expression, Span place) implements Atom {}

  /** {@code left = right}, whose sides may depend on different things. */
  record Equal(PlanExpression left, PlanExpression right, Span place) implements Atom {
    PlanExpression expression() {
      return new PlanExpression.Binary("=", left, right);
    }
  }
}
