package io.convexpowersync.streams.compiler;

import static io.convexpowersync.streams.config.Problem.Category.SQL_DEPENDENCIES;

import io.convexpowersync.streams.config.Problems;

/** Requires that an expression depends on one table, or on the request, and says what does not. */
final class DependencyCheck {
  private static final String UNLESS_EQUAL =
      " unless the two are compared with an equals operator, as in"
          + " table.column = auth.parameter('x')";

  private final Problems problems;

  DependencyCheck(Problems problems) {
    this.problems = problems;
  }

  /** The expression, or NULL in its place when it does not hold; that is reported. */
  PlanExpression checked(PlanExpression expression) {
    return Dependency.of(expression, this::report).isPresent() ? expression : PlanExpression.NULL;
  }

  private void report(Dependency before, PlanExpression.Data data) {
    boolean parameter = data.input() instanceof PlanExpression.Input.Request;
    String message;
    if (!before.isRows()) {
      message =
          "This expression already references connection parameters, so it can't also reference"
              + " row data";
    } else if (parameter) {
      message =
          "This expression already references row data, so it can't also reference connection"
              + " parameters";
    } else {
      message =
          "This expression already references '"
              + before.source().name()
              + "', so it can't also reference data from another table";
    }
    problems.fatal(SQL_DEPENDENCIES, data.place(), message + UNLESS_EQUAL);
  }
}
