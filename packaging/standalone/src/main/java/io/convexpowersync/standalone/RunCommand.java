package io.convexpowersync.standalone;

import io.convexpowersync.standalone.config.PipelineConfig;
import io.convexpowersync.standalone.config.PipelineConfigLoader;
import io.convexpowersync.standalone.run.Interruption;
import io.convexpowersync.standalone.run.Pipeline;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Replicates a deployment until it is stopped. */
@Command(
    name = "run",
    description = {
      "Replicates a Convex deployment into PowerSync bucket storage until it is stopped.",
      "Goes on where it stopped, also after a crash."
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The pipeline.yaml: source, storage, sync config.")
  private Path config;

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    PrintWriter out = spec.commandLine().getOut();
    PipelineConfig pipeline = new PipelineConfigLoader(System::getenv).load(config);
    Optional<SyncConfig> sync = pipeline.sync().map(SyncConfig::load);
    String deployment = DeploymentCheck.instanceName(pipeline.source());
    try (Interruption interruption = Interruption.watch();
        OpenedStorage opened = OpenedStorage.open(pipeline.storage())) {
      sync.filter(config -> config.deployedIn(opened.storage()).isEmpty())
          .ifPresent(
              config ->
                  out.println(
                      "deployed the sync config as replication stream "
                          + config.deploy(opened.storage())));
      try (Pipeline running = Pipeline.start(pipeline.source(), opened.storage())) {
        out.println(
            "replicating " + deployment + " into replication stream " + running.stream().id());
        opened.server().ifPresent(server -> out.println("look inside: " + server.psqlCommand()));
        interruption.await(CompletableFuture.anyOf(running.completion(), opened.failure()));
      }
    }
    return ExitCode.OK;
  }
}
