package io.convexpowersync.standalone;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.standalone.config.Secret;
import io.convexpowersync.standalone.config.SourceSettings;
import io.convexpowersync.standalone.demo.Demo;
import io.convexpowersync.standalone.demo.TodoApp;
import io.convexpowersync.standalone.postgres.PostgresServer;
import io.convexpowersync.standalone.run.Interruption;
import io.convexpowersync.standalone.run.Pipeline;
import io.convexpowersync.storage.Checkpoint;
import io.convexpowersync.storage.VerificationReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the whole way on made-up data, with nothing but this program. */
@Command(
    name = "demo",
    description = {
      "Shows a to-do app's documents on their way from Convex to its users' devices.",
      "Starts a Convex emulator and a temporary PostgreSQL, replicates, keeps committing mutations,"
          + " and shows what each device would hold. Ctrl-C ends it and removes everything."
    })
final class DemoCommand implements Callable<Integer> {
  private static final int BURSTS = 10;
  private static final int BURST = 20;
  private static final long PACE_MS = 100;
  private static final int MUTATIONS_PER_VIEW = 20;

  @Spec private CommandSpec spec;

  @Option(
      names = "--once",
      description = {
        "Do a fixed amount of work, compare the storage with the deployment, and exit.",
        "The last line is: demo ok: documents=<n> operations=<n> checkpoint=<LSN>"
            + " verified=<buckets>"
      })
  private boolean once;

  @Option(
      names = "--port",
      defaultValue = "0",
      paramLabel = "PORT",
      description = "TCP port of the emulator on 127.0.0.1. Default: any free one.")
  private int port;

  @Option(
      names = "--todos",
      defaultValue = "1000",
      paramLabel = "N",
      description = "To-dos at the start. Default: ${DEFAULT-VALUE}.")
  private int todos;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "SEED",
      description = "The same seed gives the same mutations. Default: ${DEFAULT-VALUE}.")
  private long seed;

  private final Consumer<OpenedStorage> beforeVerification;

  DemoCommand() {
    this(storage -> {});
  }

  /**
   * @param beforeVerification called with the storage when everything is replicated
   */
  DemoCommand(Consumer<OpenedStorage> beforeVerification) {
    this.beforeVerification = beforeVerification;
  }

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    CommandLineApp.logOnlyWarnings();
    String lastLine;
    try (Interruption interruption = Interruption.watch();
        ConvexEmulator emulator = emulator()) {
      TodoApp app = new TodoApp(emulator, seed);
      app.fill(todos);
      say("Convex emulator  " + emulator.url() + ", " + emulator.instanceName());
      interruption.check();
      try (OpenedStorage storage = OpenedStorage.in(PostgresServer.disposable())) {
        SyncConfig.example("todo").deploy(storage.storage());
        storage.server().ifPresent(server -> say("PostgreSQL       " + server.psqlCommand()));
        lastLine = replicate(app, storage, interruption);
      }
    }
    say(lastLine);
    return ExitCode.OK;
  }

  private String replicate(TodoApp app, OpenedStorage storage, Interruption interruption)
      throws InterruptedException, ExecutionException {
    ConvexEmulator emulator = app.deployment();
    SourceSettings source = new SourceSettings(emulator.url(), new Secret(emulator.adminKey()));
    try (Pipeline pipeline = Pipeline.start(source, storage.storage())) {
      Demo demo =
          new Demo(storage.storage(), pipeline, app, interruption, spec.commandLine().getOut());
      demo.showSnapshot();
      if (once) {
        demo.work(BURSTS, BURST);
        return verified(demo, storage);
      }
      sayHowToLookFurther();
      while (true) {
        demo.show();
        for (int i = 0; i < MUTATIONS_PER_VIEW; i++) {
          demo.pause(PACE_MS);
          demo.act(1);
        }
      }
    }
  }

  private String verified(Demo demo, OpenedStorage storage)
      throws InterruptedException, ExecutionException {
    Checkpoint checkpoint = demo.catchUp();
    beforeVerification.accept(storage);
    VerificationReport report = demo.verify(checkpoint);
    if (!report.isConsistent()) {
      report.differences().forEach(difference -> say("  " + difference));
      throw new CommandFailure(
          ExitCode.FAILED,
          report.differenceCount()
              + " differences between the storage and the deployment at checkpoint "
              + checkpoint.lsn()
              + ": please report this with the output above");
    }
    return "demo ok: documents=%d operations=%d checkpoint=%s verified=%d"
        .formatted(
            demo.documents(checkpoint), report.operations(), checkpoint.lsn(), report.buckets());
  }

  private void sayHowToLookFurther() {
    say("");
    say("Buckets:         SELECT bucket_name, count(*) FROM powersync.bucket_data GROUP BY 1;");
    say("Operations:      SELECT op_id, op, table_name, data FROM powersync.bucket_data ...");
    say("Your own data:   convex-powersync run --help; see README.md");
    say("Ctrl-C ends the demo and removes everything. A list with * belongs to somebody else.");
    say("");
  }

  private ConvexEmulator emulator() {
    try {
      return ConvexEmulator.start(EmulatorOptions.defaults().withPort(port).withSeed(seed));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.REFUSED,
          "cannot listen on 127.0.0.1:" + port + ": " + e.getMessage() + ". Choose another --port",
          e);
    }
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
