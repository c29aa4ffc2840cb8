package io.convexpowersync.standalone;

import io.convexpowersync.client.ConvexClientConfig;
import io.convexpowersync.client.HttpConvexDeployment;
import io.convexpowersync.standalone.config.PipelineConfig;
import io.convexpowersync.standalone.config.PipelineConfigLoader;
import io.convexpowersync.standalone.config.SourceSettings;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.Checkpoint;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.VerificationReport;
import io.convexpowersync.streams.compiler.SyncConfigLoader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares a storage with its deployment. */
@Command(
    name = "verify",
    description = {
      "Compares what clients see in the storage with the deployment at the same position.",
      "Reads the deployment's tables once, at the checkpoint's timestamp: those that the pipeline"
          + " replicates. The pipeline may be running meanwhile. Changes nothing."
    })
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The pipeline.yaml that the storage was built with.")
  private Path config;

  @Override
  public Integer call() {
    PipelineConfig pipeline = new PipelineConfigLoader(System::getenv).load(config);
    DeploymentCheck.instanceName(pipeline.source());
    ConvexClientConfig client =
        ConvexClientConfig.of(
            pipeline.source().url(), pipeline.source().key().reveal(), Version.get());
    try (OpenedStorage opened = OpenedStorage.openBeside(pipeline.storage());
        HttpConvexDeployment deployment = new HttpConvexDeployment(client)) {
      return report(verify(opened.storage(), deployment, pipeline.source()));
    }
  }

  private static VerificationReport verify(
      BucketStorage storage, HttpConvexDeployment deployment, SourceSettings source) {
    Checkpoint checkpoint =
        storage
            .reader()
            .checkpoint()
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCode.REFUSED,
                        "nothing is published in this storage yet: let run finish its snapshot"));
    ReplicationStream stream = storage.streams().find(checkpoint.stream()).orElseThrow();
    return storage
        .verifier()
        .verify(
            SyncConfigLoader.load(stream.content(), stream.plan(), stream.id().value()),
            checkpoint,
            new ExportedState(deployment, source, checkpoint.lsn().nanos()));
  }

  private int report(VerificationReport report) {
    PrintWriter out = spec.commandLine().getOut();
    report.differences().forEach(out::println);
    out.printf(
        "checkpoint %s of replication stream %s: %d buckets, %d rows, %d lookups, %d operations,"
            + " %d differences%n",
        report.checkpoint().lsn(),
        report.checkpoint().stream(),
        report.buckets(),
        report.rows(),
        report.lookups(),
        report.operations(),
        report.differenceCount());
    return report.isConsistent() ? ExitCode.OK : ExitCode.FAILED;
  }
}
