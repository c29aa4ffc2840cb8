package io.convexpowersync.standalone;

import io.convexpowersync.streams.InvalidPlanException;
import io.convexpowersync.streams.SyncConfigCompiler;
import io.convexpowersync.streams.SyncStreams;
import io.convexpowersync.streams.config.Problem;
import io.convexpowersync.streams.config.ProblemReport;
import java.util.List;

/**
 * A sync config and the plan that was made of it.
 *
 * @param plan JSON text as {@code sync_rules.sync_plan} holds it
 * @param warnings a report for people; empty if there is nothing to say
 */
record CompiledConfig(String plan, String warnings) {

  /**
   * @param name what messages call the config: its file
   * @throws InvalidSyncConfigException if it is wrong, or cannot be run here
   */
  static CompiledConfig of(String name, String yaml) {
    SyncConfigCompiler.Result result = SyncConfigCompiler.compile(yaml);
    List<Problem> errors = result.problems().stream().filter(Problem::isFatal).toList();
    if (!errors.isEmpty()) {
      throw new InvalidSyncConfigException(
          name
              + (errors.size() == 1 ? " has an error\n" : " has " + errors.size() + " errors\n")
              + ProblemReport.of(name, yaml, errors));
    }
    String plan =
        result
            .syncPlan()
            .orElseThrow(
                () ->
                    new InvalidSyncConfigException(
                        name
                            + " is not of edition 3, which is what can be compiled here. Write"
                            + " streams instead of bucket definitions; see"
                            + " https://powersync-community.github.io/bucket-definitions-to-sync-streams/"));
    try {
      SyncStreams.load(plan, 1);
    } catch (InvalidPlanException e) {
      throw new InvalidSyncConfigException(name + " cannot be run: " + e.getMessage());
    }
    List<Problem> warnings =
        result.problems().stream().filter(problem -> !problem.isFatal()).toList();
    return new CompiledConfig(plan, ProblemReport.of(name, yaml, warnings));
  }
}
