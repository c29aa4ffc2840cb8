package io.convexpowersync.streams.compiler;

import io.convexpowersync.streams.config.Problem.Category;
import io.convexpowersync.streams.config.Problems;
import java.util.ArrayList;
import java.util.List;

/** Looks for what is legal but probably not meant. */
final class Warnings {
  private final Problems problems;
  private final boolean acceptsDangerous;

  /**
   * @param acceptsDangerous whether parameters that clients choose freely are meant
   */
  Warnings(Problems problems, boolean acceptsDangerous) {
    this.problems = problems;
    this.acceptsDangerous = acceptsDangerous;
  }

  void check(Query query) {
    if (acceptsDangerous) {
      return;
    }
    List<PlanExpression.Data> parameters = new ArrayList<>();
    for (PlanExpression condition : query.conditions()) {
      condition.forEachInput(
          data -> {
            if (data.input() instanceof PlanExpression.Input.Request) {
              parameters.add(data);
            }
          });
    }
    if (parameters.isEmpty() || parameters.stream().anyMatch(Warnings::isAuthenticated)) {
      return;
    }
    problems.warning(
        Category.LINT,
        parameters.get(0).place(),
        "Clients can send any value for this unauthenticated parameter, so this is unsuitable for"
            + " authorization. Consider further constraining this with auth.user_id() or"
            + " auth.parameter('x')");
  }

  private static boolean isAuthenticated(PlanExpression.Data data) {
    return data.input() instanceof PlanExpression.Input.Request request
        && request.kind().equals("auth");
  }
}
