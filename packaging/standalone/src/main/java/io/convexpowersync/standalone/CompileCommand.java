package io.convexpowersync.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convexpowersync.standalone.config.ConfigException;
import io.convexpowersync.streams.compiler.CompiledSyncConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compiles a sync config, to check it or to look at its plan. */
@Command(
    name = "compile",
    description = {
      "Checks a sync config, and prints the plan that it compiles to.",
      "The plan is the one that a PowerSync Service makes of it when it is deployed there. Bucket"
          + " definitions have none; they are checked."
    })
final class CompileCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "SYNC.YAML",
      description = "The sync config.")
  private Path config;

  @Option(
      names = "--out",
      paramLabel = "PLAN.JSON",
      description = "Where to write the plan. Default: standard output.")
  private Path out;

  @Override
  public Integer call() throws JsonProcessingException {
    CompiledSyncConfig compiled = CompiledSyncConfig.of(config.toString(), SyncConfig.read(config));
    SyncConfig.print(compiled.warnings(), spec.commandLine().getErr());
    if (compiled.plan().isPresent()) {
      print(compiled.plan().get());
    } else if (out == null) {
      spec.commandLine()
          .getErr()
          .println(
              config
                  + " compiles. Bucket definitions have no plan: a PowerSync Service, and what is"
                  + " here, compile the YAML whenever they load it");
    } else {
      throw new ConfigException(
          config
              + " compiles, but there is no plan to write to "
              + out
              + ": bucket definitions have none. Leave out --out, and deploy the YAML as it is");
    }
    return ExitCode.OK;
  }

  private void print(String compiled) throws JsonProcessingException {
    String plan = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(JSON.readTree(compiled));
    if (out == null) {
      spec.commandLine().getOut().println(plan);
    } else {
      write(plan + "\n");
    }
  }

  private void write(String plan) {
    try {
      Files.writeString(out, plan);
    } catch (IOException e) {
      throw new ConfigException("cannot write " + out + ": " + e, e);
    }
  }
}
