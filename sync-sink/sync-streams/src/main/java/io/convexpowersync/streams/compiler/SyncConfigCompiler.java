package io.convexpowersync.streams.compiler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.streams.SyncStreams;
import io.convexpowersync.streams.bucketdefinitions.BucketDefinitionCompiler;
import io.convexpowersync.streams.config.Options;
import io.convexpowersync.streams.config.Problem;
import io.convexpowersync.streams.config.Problem.Category;
import io.convexpowersync.streams.config.Problems;
import io.convexpowersync.streams.config.SyncConfigFile;
import io.convexpowersync.streams.config.SyncConfigReader;
import java.util.List;
import java.util.Optional;

/** Compiles the YAML of a sync config. */
public final class SyncConfigCompiler {
  private SyncConfigCompiler() {}

  /**
   * What came of a sync config.
   *
   * @param problems in the order in which they were found
   * @param syncPlan JSON text as {@code sync_rules.sync_plan} holds it; empty for editions below 3
   *     and for what is no sync config at all. Only fit to run when no problem is fatal
   * @param bucketDefinitions what {@link SyncStreams#loadBucketDefinitions} loads; empty unless the
   *     edition is below 3
   */
  public record Result(
      List<Problem> problems, Optional<String> syncPlan, Optional<String> bucketDefinitions) {

    public boolean isAccepted() {
      return problems.stream().noneMatch(Problem::isFatal);
    }
  }

  /** Never throws for what the text holds. */
  public static Result compile(String yaml) {
    Problems problems = new Problems();
    Optional<SyncConfigFile> file = SyncConfigReader.read(yaml, problems);
    Optional<ObjectNode> plan =
        file.filter(SyncConfigCompiler::hasPlan)
            .map(config -> PlanCompiler.compile(config, problems));
    Optional<ObjectNode> buckets =
        file.filter(config -> !hasPlan(config))
            .map(config -> BucketDefinitionCompiler.compile(config, problems));
    file.ifPresent(config -> BucketDefinitionCompiler.checkEvents(config, problems));
    file.filter(config -> !hasPlan(config)).ifPresent(config -> refuseStreams(config, problems));
    return new Result(
        problems.all(), plan.map(ObjectNode::toString), buckets.map(ObjectNode::toString));
  }

  private static boolean hasPlan(SyncConfigFile config) {
    return config.options().edition() >= Options.PLAN_EDITION;
  }

  private static void refuseStreams(SyncConfigFile config, Problems problems) {
    for (SyncConfigFile.Stream stream : config.streams()) {
      if (!stream.queries().isEmpty()) {
        problems.fatal(
            Category.CONFIG,
            stream.span(),
            "Streams of edition 2 are not supported. Write 'edition: 3', and streams instead of"
                + " bucket definitions; see"
                + " https://powersync-community.github.io/bucket-definitions-to-sync-streams/");
      }
    }
  }
}
