package io.convexpowersync.standalone;

import io.convexpowersync.client.ConvexException;
import io.convexpowersync.standalone.config.PipelineConfig;
import io.convexpowersync.standalone.config.PipelineConfigLoader;
import io.convexpowersync.standalone.config.SourceSettings;
import io.convexpowersync.standalone.status.StatusReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows streams, places, lag and who writes. */
@Command(
    name = "status",
    description = {
      "Shows the streams of a storage: what clients see, how far behind the deployment that is,"
          + " who writes it, what waits.",
      "The pipeline, or a Kafka Connect sink, may be running meanwhile. Changes nothing."
    })
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The pipeline.yaml that names deployment and storage.")
  private Path config;

  @Override
  public Integer call() {
    CommandLineApp.logOnlyWarnings();
    PipelineConfig pipeline = new PipelineConfigLoader(System::getenv).load(config);
    PrintWriter out = spec.commandLine().getOut();
    try (OpenedStorage opened = OpenedStorage.openBeside(pipeline.storage())) {
      OptionalLong head = head(pipeline.source());
      new StatusReport(opened.storage().overview(), head, Instant.now())
          .lines()
          .forEach(out::println);
    }
    return ExitCode.OK;
  }

  /** The storage's state is worth showing without the deployment too. */
  private OptionalLong head(SourceSettings source) {
    try {
      return OptionalLong.of(DeploymentCheck.head(source));
    } catch (ConvexException e) {
      spec.commandLine().getErr().println("the deployment does not answer: " + e.getMessage());
      return OptionalLong.empty();
    }
  }
}
