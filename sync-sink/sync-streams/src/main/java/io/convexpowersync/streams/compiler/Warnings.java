package io.convexpowersync.streams.compiler;

import io.convexpowersync.streams.config.Problem.Category;
import io.convexpowersync.streams.config.Problems;
import java.util.ArrayList;
import java.util.List;

/** Looks for buckets that clients choose freely, since that protects nothing. */
final class Warnings {
  private final Problems problems;

  Warnings(Problems problems) {
    this.problems = problems;
  }

  /** Warns when nothing that an issuer of tokens vouches for takes part in choosing the bucket. */
  void check(Resolver resolver) {
    List<PlanExpression.Data> parameters = new ArrayList<>();
    resolver.rows().partitions().forEach(partition -> collect(partition.value(), parameters));
    if (!parameters.isEmpty() && parameters.stream().noneMatch(Warnings::isAuthenticated)) {
      problems.warning(
          Category.LINT,
          parameters.get(0).place(),
          "Clients can send any value for this unauthenticated parameter, so this is unsuitable"
              + " for authorization. Consider further constraining this with auth.user_id() or"
              + " auth.parameter('x')");
    }
  }

  private static void collect(Lookup.Value value, List<PlanExpression.Data> parameters) {
    if (value instanceof Lookup.Value.Request request) {
      collect(request.expression(), parameters);
    } else if (value instanceof Lookup.Value.Intersection intersection) {
      intersection.values().forEach(part -> collect(part, parameters));
    } else if (value instanceof Lookup.Value.Output output) {
      Processor processor = output.lookup().processor();
      processor.partitions().forEach(partition -> collect(partition.value(), parameters));
      if (processor.source() instanceof RowSource.Function function) {
        function.arguments().forEach(argument -> collect(argument, parameters));
      }
    }
  }

  private static void collect(PlanExpression expression, List<PlanExpression.Data> parameters) {
    expression.forEachInput(
        data -> {
          if (data.input() instanceof PlanExpression.Input.Request) {
            parameters.add(data);
          }
        });
  }

  private static boolean isAuthenticated(PlanExpression.Data data) {
    return data.input() instanceof PlanExpression.Input.Request request
        && request.kind().equals("auth");
  }
}
