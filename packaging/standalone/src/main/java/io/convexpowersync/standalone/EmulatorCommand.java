package io.convexpowersync.standalone;

import io.convexpowersync.emulator.Backend;
import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorData;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.standalone.run.Interruption;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
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
    description = "Serves a local stand-in for a Convex deployment until it is stopped.",
    footer = {
      "",
      "With --control, POST /emulator/<command> takes a JSON object (all names but \"table\",",
      "\"id\" and \"documents\" may be left out):",
      "  insert         {\"table\",\"documents\":[...]}  patch   {\"table\",\"id\",\"fields\":{}}",
      "  delete         {\"table\",\"id\"}               create-table, drop-table, clear-table",
      "  replace-table  {\"table\",\"documents\":[...]}  (an import: no tombstones)",
      "  system-commits {\"commits\",\"rows\"}          roll-back {\"ts\"}  expire {\"before\"}",
      "  fault          {\"path\",\"times\", and one of \"status\" (with \"code\", \"body\",",
      "                 \"retryAfterSeconds\"), \"delayMillis\", \"cutAfter\", \"resetAfter\",",
      "                 \"bytesPerSecond\", \"noAnswer\"}    no-faults",
      "  unreachable    {\"seconds\"}, not answered      requests",
      "  switch         {\"exportEnabled\",\"summariesAvailable\",\"functionsPaused\",",
      "                 \"idleBumps\",\"snapshotRowMillis\"}"
    })
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

  @Option(
      names = "--control",
      description = "Lets callers change the data and cause faults, see below.")
  private boolean control;

  @Option(
      names = "--backend",
      paramLabel = "YYYY-MM-DD",
      description = "Imitates Convex's backend of that day. Default: the newest.")
  private LocalDate backend = LocalDate.MAX;

  @Option(
      names = "--without",
      split = ",",
      paramLabel = "PATH",
      description = "Paths that are not served, for example /api/query_ts.")
  private String[] without = {};

  @Option(
      names = "--retention",
      defaultValue = "P14D",
      paramLabel = "DURATION",
      description = "How long the log can be read, as ISO 8601. Default: ${DEFAULT-VALUE}.")
  private Duration retention;

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
      ConvexEmulator emulator = ConvexEmulator.start(options());
      emulator.switches().idleBumps(true);
      return emulator;
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

  private EmulatorOptions options() {
    return EmulatorOptions.defaults()
        .withPort(port)
        .withData(data())
        .withBackend(Backend.of(backend).without(without))
        .withLimits(EmulatorOptions.Limits.DEFAULTS.withLogRetention(retention))
        .withControl(control)
        .withNetworkFaults(control);
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
