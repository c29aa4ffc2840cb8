package io.convexpowersync.standalone;

import io.convexpowersync.standalone.config.SyncFiles;
import io.convexpowersync.storage.ReplicationStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a replication stream into a storage that no PowerSync Service deploys to. */
@Command(
    name = "deploy",
    description = {
      "Compiles a sync config and deploys it where no PowerSync Service does it.",
      "The next run builds it and switches clients over when it is complete. Deploying what is"
          + " deployed already changes nothing."
    })
final class DeployCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "SYNC.YAML",
      description = "The sync config.")
  private Path config;

  @Option(
      names = "--plan",
      paramLabel = "PLAN.JSON",
      description =
          "The same, compiled elsewhere: what a PowerSync Service stores in sync_rules.sync_plan."
              + " Default: it is compiled here.")
  private Path plan;

  @Option(
      names = "--again",
      description = "Deploy it even if it is deployed: everything is built anew, from a snapshot.")
  private boolean again;

  @ArgGroup(multiplicity = "1")
  private StorageOptions storage;

  @Option(
      names = "--create-schema",
      description = "Create PowerSync's tables when the service's migrate has not.")
  private boolean createSchema;

  @Override
  public Integer call() {
    SyncConfig sync = SyncConfig.load(new SyncFiles(config, Optional.ofNullable(plan)));
    SyncConfig.print(sync.warnings(), spec.commandLine().getErr());
    PrintWriter out = spec.commandLine().getOut();
    try (OpenedStorage opened = OpenedStorage.openOrBeside(storage.settings(createSchema))) {
      Optional<ReplicationStream> deployed = sync.deployedIn(opened.storage());
      if (deployed.isPresent() && !again) {
        out.println(
            "already deployed as replication stream "
                + deployed.get().id()
                + " ("
                + deployed.get().state()
                + ")");
      } else {
        out.println("deployed as replication stream " + sync.deploy(opened.storage()));
      }
    }
    return ExitCode.OK;
  }
}
