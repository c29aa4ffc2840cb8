package io.convexpowersync.streams.compiler;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convexpowersync.streams.InvalidPlanException;
import io.convexpowersync.streams.SyncStreams;
import io.convexpowersync.streams.config.Problem;
import io.convexpowersync.streams.config.ProblemReport;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A sync config that compiles, ready to be deployed.
 *
 * @param content the YAML
 * @param plan JSON text as {@code sync_rules.sync_plan} holds it; empty for bucket definitions, for
 *     which the Service stores none
 * @param warnings a report for people; empty if there is nothing to say
 */
public record CompiledSyncConfig(String content, Optional<String> plan, String warnings) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Compiles a sync config: Sync Streams of edition 3, or bucket definitions.
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
    List<Problem> warnings =
        result.problems().stream().filter(problem -> !problem.isFatal()).toList();
    try {
      SyncStreams streams = SyncConfigLoader.load(yaml, result.syncPlan(), 1);
      return new CompiledSyncConfig(
          yaml,
          result.syncPlan(),
          joined(ProblemReport.of(name, yaml, warnings), report(name, streams)));
    } catch (InvalidPlanException e) {
      throw new InvalidSyncConfigException(name + " cannot be run: " + e.getMessage());
    }
  }

  /**
   * A sync config that was compiled elsewhere.
   *
   * @param name what messages call the plan, such as its file
   * @throws InvalidPlanException if the plan cannot be run here
   */
  public static CompiledSyncConfig withPlan(String yaml, String name, String plan) {
    return new CompiledSyncConfig(yaml, Optional.of(plan), report(name, SyncStreams.load(plan, 1)));
  }

  private static String report(String name, SyncStreams streams) {
    return streams.warnings().stream()
        .map(warning -> ProblemReport.ofWhole(name, warning))
        .collect(Collectors.joining("\n"));
  }

  private static String joined(String report, String other) {
    return report + (report.isEmpty() || other.isEmpty() ? "" : "\n") + other;
  }

  /**
   * @param replicationStreamId which bucket names start with
   */
  public SyncStreams load(int replicationStreamId) {
    return SyncConfigLoader.load(content, plan, replicationStreamId);
  }

  /** Whether this is what is deployed: the same text, and an equal plan. */
  public boolean isSameAs(String deployedContent, Optional<String> deployedPlan) {
    return content.equals(deployedContent) && isSamePlan(deployedPlan);
  }

  private boolean isSamePlan(Optional<String> deployed) {
    if (plan.isEmpty() || deployed.isEmpty()) {
      return plan.isEmpty() && deployed.isEmpty();
    }
    try {
      return JSON.readTree(plan.get()).equals(JSON.readTree(deployed.get()));
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
