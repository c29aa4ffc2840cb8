package io.convexpowersync.streams.compiler;

import io.convexpowersync.streams.InvalidPlanException;
import io.convexpowersync.streams.SyncStreams;
import io.convexpowersync.streams.config.Problem;
import io.convexpowersync.streams.config.ProblemReport;
import java.util.List;
import java.util.Optional;

/**
 * Loads what a row of {@code sync_rules} holds. Of edition 3 that is the plan, and the Service does
 * not look at the YAML. Bucket definitions of editions 1 and 2 have no plan: the Service compiles
 * their YAML whenever it loads it, and so do we.
 */
public final class SyncConfigLoader {
  private SyncConfigLoader() {}

  /**
   * @param content {@code sync_rules.content}: the YAML
   * @param plan {@code sync_rules.sync_plan}, JSON text; empty when that is null
   * @param replicationStreamId {@code sync_rules.id}, which bucket names start with
   * @throws InvalidPlanException if it cannot be run; names the reason and the remedy
   */
  public static SyncStreams load(String content, Optional<String> plan, int replicationStreamId) {
    if (plan.isPresent()) {
      return SyncStreams.load(plan.get(), replicationStreamId);
    }
    SyncConfigCompiler.Result compiled = SyncConfigCompiler.compile(content);
    if (compiled.syncPlan().isPresent()) {
      throw new InvalidPlanException(
          "There is no compiled plan (sync_plan is null): the sync config is of edition 3, and"
              + " something older than PowerSync Service 1.20 has deployed it. Deploy it again");
    }
    List<Problem> errors = compiled.problems().stream().filter(Problem::isFatal).toList();
    if (!errors.isEmpty() || compiled.bucketDefinitions().isEmpty()) {
      throw new InvalidPlanException(
          "There is no compiled plan (sync_plan is null), and these are no bucket definitions that"
              + " can be run. Deploy a corrected sync config:\n"
              + ProblemReport.of("sync config", content, errors));
    }
    return SyncStreams.loadBucketDefinitions(
        compiled.bucketDefinitions().get(), replicationStreamId);
  }
}
