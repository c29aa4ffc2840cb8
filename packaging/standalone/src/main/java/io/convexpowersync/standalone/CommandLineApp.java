package io.convexpowersync.standalone;

import io.convexpowersync.standalone.run.Interruption;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/**
 * The command line: what all commands share. An error is one line on standard error that says what
 * to do, or, in a sync config, the places that are wrong; {@code --debug} adds the stack trace and
 * debug logging.
 */
@Command(
    name = "convex-powersync",
    description = "Keeps PowerSync bucket storage in step with a Convex deployment.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      CompileCommand.class,
      DeployCommand.class,
      VerifyCommand.class,
      StatusCommand.class,
      ExportConfigCommand.class,
      ExplainCommand.class,
      EmulatorCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:it ran and failed, or verification found a difference",
      "2:refused at the start (command line, configuration, access, versions); nothing was replicated",
      "130, 143:interrupted"
    })
final class CommandLineApp implements Runnable {
  private static final String LEVEL = "org.slf4j.simpleLogger.log.io.convexpowersync";

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and exit.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  private boolean version;

  private boolean debug;

  /** Loggers read their level when they are made, so this must come before them. */
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Log more, and print stack traces.")
  private void setDebug(boolean on) {
    debug = on;
    if (on) {
      System.setProperty(LEVEL, "debug");
    }
  }

  /** For a command that tells its own story. Must come before the first logger is made. */
  static void logOnlyWarnings() {
    if (System.getProperty(LEVEL) == null) {
      System.setProperty(LEVEL, "warn");
    }
  }

  static CommandLine create() {
    CommandLineApp app = new CommandLineApp();
    CommandLine commandLine = new CommandLine(app);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.getCommandSpec().version("convex-powersync " + Version.get());
    commandLine.setParameterExceptionHandler(CommandLineApp::onWrongUsage);
    commandLine.setExecutionExceptionHandler(app::onFailure);
    return commandLine;
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  private static int onWrongUsage(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command
        .getErr()
        .println(name + ": " + Failures.oneLine(wrong.getMessage()) + ". See " + name + " --help");
    return ExitCode.REFUSED;
  }

  private int onFailure(Exception failure, CommandLine command, CommandLine.ParseResult result) {
    if (failure instanceof InterruptedException || Interruption.isStopping()) {
      return ExitCode.FAILED;
    }
    PrintWriter err = command.getErr();
    if (debug) {
      failure.printStackTrace(err);
    }
    err.println(command.getCommandSpec().qualifiedName() + ": " + Failures.describe(failure));
    return Failures.exitCode(failure);
  }
}
