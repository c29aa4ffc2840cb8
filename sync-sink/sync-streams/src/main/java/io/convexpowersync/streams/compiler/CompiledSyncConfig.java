package io.convexpowersync.streams.compiler;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convexpowersync.streams.InvalidPlanException;
import io.convexpowersync.streams.SyncStreams;
import io.convexpowersync.streams.config.Problem;
import io.convexpowersync.streams.config.ProblemReport;
import java.util.List;

/**
 * A sync config and the plan that was made of it, ready to be deployed.
 *
 * @param content the YAML
 * @param plan JSON text as {@code sync_rules.sync_plan} holds it
 * @param warnings a report for people; empty if there is nothing to say
 */
public record CompiledSyncConfig(String content, String plan, String warnings) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Compiles a sync config of edition 3.
   *
   * @param name what messages call the config, such as its file
   * @throws InvalidSyncConfigException if it is wrong, or cannot be run here
   */
  public static CompiledSyncConfig of(String name, String yaml) {
    SyncConfigCompiler.Result result = SyncConfigCompiler.compile(yaml);
    List<Problem> errors = result.problems().stream().filter(Problem::isFatal).toList();
    if (!errors.isEmpty()) {
      throw new InvalidSyncConfigException(
          name
              + (errors.size() == 1 ? " has an error\n" : " has " + errors.size() + " errors\n")
              + ProblemReport.of(name, yaml, errors));
    }
    String plan = result.syncPlan().orElseThrow(() -> notEdition3(name));
    try {
      SyncStreams.load(plan, 1);
    } catch (InvalidPlanException e) {
      throw new InvalidSyncConfigException(name + " cannot be run: " + e.getMessage());
    }
    List<Problem> warnings =
        result.problems().stream().filter(problem -> !problem.isFatal()).toList();
    return new CompiledSyncConfig(yaml, plan, ProblemReport.of(name, yaml, warnings));
  }

  private static InvalidSyncConfigException notEdition3(String name) {
    return new InvalidSyncConfigException(
        name
            + " is not of edition 3, which is what can be compiled here. Write streams instead of"
            + " bucket definitions; see"
            + " https://powersync-community.github.io/bucket-definitions-to-sync-streams/");
  }

  /** Whether this is what is deployed: the same text, and an equal plan. */
  public boolean isSameAs(String deployedContent, String deployedPlan) {
    try {
      return content.equals(deployedContent)
          && JSON.readTree(plan).equals(JSON.readTree(deployedPlan));
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
