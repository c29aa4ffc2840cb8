package io.convexpowersync.standalone;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorData;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.standalone.run.Interruption;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves a stand-in for a Convex deployment. */
@Command(
    name = "emulator",
    description = "Serves a local stand-in for a Convex deployment until it is stopped.")
final class EmulatorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      defaultValue = "3210",
      paramLabel = "PORT",
      description = "TCP port on 127.0.0.1; 0 for any free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @ArgGroup(exclusive = true)
  private Data data = new Data();

  @Option(
      names = "--bytes",
      defaultValue = "400",
      paramLabel = "B",
      description = "Size of a generated document. Default: ${DEFAULT-VALUE}.")
  private int bytes;

  /** What it holds at the start; nothing without these. */
  private static final class Data {
    @Option(
        names = "--documents",
        paramLabel = "N",
        description = "N generated documents in the table \"documents\".")
    private long documents;

    @Option(
        names = {"--zip", "--folder"},
        paramLabel = "PATH",
        description = {
          "A ZIP as npx convex export writes it, the folder that it unpacks to,",
          "or a folder of <table>.jsonl files."
        })
    private Path files;
  }

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    PrintWriter out = spec.commandLine().getOut();
    try (Interruption interruption = Interruption.watch();
        ConvexEmulator emulator = start()) {
      out.println("url: " + emulator.url());
      // It protects nothing: the emulator is only reachable from this machine, with made-up data.
      out.println("key: " + emulator.adminKey());
      interruption.await(new CompletableFuture<>());
    }
    return ExitCode.OK;
  }

  private ConvexEmulator start() {
    try {
      return ConvexEmulator.start(EmulatorOptions.defaults().withPort(port).withData(data()));
    } catch (BindException e) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "cannot listen on 127.0.0.1:" + port + ": " + e.getMessage() + ". Choose another --port",
          e);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.REFUSED, "cannot load the data: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.REFUSED, e.getMessage(), e);
    }
  }

  private EmulatorData data() {
    if (data.files != null) {
      return new EmulatorData.Files(data.files);
    }
    return data.documents > 0
        ? new EmulatorData.Generated(data.documents, bytes)
        : new EmulatorData.Empty();
  }
}
