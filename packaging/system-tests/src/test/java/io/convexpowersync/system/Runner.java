package io.convexpowersync.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code convex-powersync run} as a process of its own, with the heap that the launcher gives it.
 */
final class Runner {
  private static final String PASSWORD = "postgres";

  private final ConvexEmulator emulator;
  private final Path config;
  private final Path log;

  private Runner(ConvexEmulator emulator, Path directory) {
    this.emulator = emulator;
    this.config = directory.resolve("pipeline.yaml");
    this.log = directory.resolve("runner.log");
  }

  /** Writes its configuration and log into the directory. */
  static Runner in(Path directory, ConvexEmulator emulator, Storage storage) throws IOException {
    Runner runner = new Runner(emulator, directory);
    Files.writeString(
        runner.config,
        """
        source:
          url: %s
          key: ${ENV:TEST_KEY}
        storage:
          url: %s
          user: postgres
          password: ${ENV:TEST_PASSWORD}
        """
            .formatted(emulator.url(), storage.url()));
    return runner;
  }

  Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            "io.convexpowersync.standalone.Main",
            "run",
            "--config",
            config.toString());
    builder.environment().put("TEST_KEY", emulator.adminKey());
    builder.environment().put("TEST_PASSWORD", PASSWORD);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(Redirect.appendTo(log.toFile()))
        .start();
  }

  void kill(Process process, int afterMs) throws IOException, InterruptedException {
    boolean ended = process.waitFor(afterMs, TimeUnit.MILLISECONDS);
    assertThat(ended).as("The runner ended by itself: %s", lastLogLines()).isFalse();
    process.destroyForcibly().waitFor();
  }

  static void stop(Process process) throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("the runner stops").isTrue();
  }

  private String lastLogLines() throws IOException {
    List<String> lines = logLines();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  List<String> logLines() throws IOException {
    return Files.readAllLines(log);
  }
}
