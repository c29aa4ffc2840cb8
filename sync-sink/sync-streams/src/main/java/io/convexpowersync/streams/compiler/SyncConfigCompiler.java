package io.convexpowersync.streams.compiler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.streams.config.Options;
import io.convexpowersync.streams.config.Problem;
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
   */
  public record Result(List<Problem> problems, Optional<String> syncPlan) {

    public boolean isAccepted() {
      return problems.stream().noneMatch(Problem::isFatal);
    }
  }

  /** Never throws for what the text holds. */
  public static Result compile(String yaml) {
    Problems problems = new Problems();
    Optional<SyncConfigFile> file = SyncConfigReader.read(yaml, problems);
    Optional<ObjectNode> plan =
        file.filter(config -> config.options().edition() >= Options.PLAN_EDITION)
            .map(config -> PlanCompiler.compile(config, problems));
    return new Result(problems.all(), plan.map(ObjectNode::toString));
  }
}
