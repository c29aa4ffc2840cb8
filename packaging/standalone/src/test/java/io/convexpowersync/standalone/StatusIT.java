package io.convexpowersync.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorData;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.emulator.TablePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code status} and {@code verify} beside a running pipeline, embedded PostgreSQL included. */
class StatusIT {
  @TempDir Path directory;
  private ConvexEmulator emulator;
  private Process run;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator =
        ConvexEmulator.start(
            EmulatorOptions.defaults().withData(new EmulatorData.Generated(500, 200)));
  }

  @AfterEach
  void stopEverything() throws InterruptedException {
    stop();
    emulator.close();
  }

  @Test
  void showsARunningPipelineAndAStoppedOne() throws Exception {
    Path config = pipeline("");
    run = run(config);
    Cli.await("caught up", () -> status(config).out().contains("behind it      nothing"));
    String running = status(config).out();
    assertThat(running)
        .contains("clients see    " + emulator.head())
        .contains("waiting        0 write checkpoint request(s)")
        .containsPattern("(?m)^1 +ACTIVE +" + emulator.head())
        .contains("'convex-powersync', refreshed");
    assertThat(Cli.here("verify", "--config", config.toString()).exit()).isEqualTo(ExitCode.OK);
    emulator.commit(tx -> tx.insert(TablePath.root("documents"), "{\"n\":1}"));
    Cli.await(
        "caught up", () -> status(config).out().contains("clients see    " + emulator.head()));
    stop();
    assertThat(status(config).out()).containsPattern("(?m)^1 +ACTIVE .* nobody$");
  }

  @Test
  void aSyncConfigIsDeployedIntoTheStorageOfARunningPipeline() throws Exception {
    Path config = pipeline("");
    run = run(config);
    Cli.await("caught up", () -> status(config).out().contains("behind it      nothing"));
    Finished deployed =
        Cli.here(
            "deploy",
            "--pipeline",
            config.toString(),
            "--config",
            "src/test/resources/generated/sync.yaml",
            "--again");
    assertThat(deployed.exit()).as(deployed.err()).isEqualTo(ExitCode.OK);
    assertThat(deployed.out()).contains("deployed as replication stream 2");
    Cli.await("stream 2", () -> status(config).out().matches("(?s).*\\R2 +ACTIVE .*"));
  }

  @Test
  void verifiesOnlyTheTablesThatAreReplicated() throws Exception {
    Path config = pipeline("tables: {exclude: [documents]}");
    run = run(config);
    Cli.await("caught up", () -> status(config).out().contains("behind it      nothing"));
    Finished verified = Cli.here("verify", "--config", config.toString());
    assertThat(verified.out()).contains("0 differences");
    assertThat(verified.exit()).isEqualTo(ExitCode.OK);
  }

  private Path pipeline(String more) throws IOException {
    Path sync = Path.of("src/test/resources/generated").toAbsolutePath();
    return Files.writeString(
        directory.resolve("pipeline.yaml"),
        """
        source:
          url: '%s'
          key: '%s'
          %s
        sync: {config: '%s/sync.yaml', plan: '%s/plan.json'}
        """
            .formatted(emulator.url(), emulator.adminKey(), more, sync, sync));
  }

  private static Finished status(Path config) {
    return Cli.here("status", "--config", config.toString());
  }

  private Process run(Path config) throws IOException {
    Process process =
        Cli.process(List.of(), "run", "--config", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("run.log").toFile())
            .start();
    Cli.await("running", () -> read(directory.resolve("run.log")).contains("replicating "));
    return process;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  private void stop() throws InterruptedException {
    List<ProcessHandle> children = run.descendants().toList();
    run.destroy();
    run.waitFor();
    Cli.await("children end", () -> children.stream().noneMatch(ProcessHandle::isAlive));
  }
}
