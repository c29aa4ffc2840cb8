package io.convexpowersync.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However and whenever the demo ends, no process and no file of it stays. */
class InterruptedDemoIT {
  private static final long SIGINT_BIT = 1 << 1;

  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource({
    "INT, to-dos",
    "TERM, to-dos",
    "KILL, to-dos", // while it runs
    "INT, emulator",
    "KILL, emulator",
    "TERM, PostgreSQL",
    "KILL, PostgreSQL" // while it starts
  })
  void leavesNoProcessBehind(String signal, String when) throws Exception {
    assumeFalse(
        signal.equals("INT") && interruptIsIgnored(),
        "SIGINT is ignored here, as in a script's background job, and so by what starts here");
    Path out = temporary.resolve("out");
    Path files = Files.createDirectory(temporary.resolve("tmp"));
    Process demo =
        Cli.process(List.of("-Djava.io.tmpdir=" + files), "demo")
            .redirectOutput(out.toFile())
            .redirectError(temporary.resolve("err").toFile())
            .start();
    Set<ProcessHandle> seen = new HashSet<>();
    try {
      Cli.await(
          "the demo prints " + when,
          () -> {
            demo.descendants().forEach(seen::add);
            return contains(out, when) || !demo.isAlive();
          });
      demo.descendants().forEach(seen::add);
      assertThat(demo.isAlive()).as(Files.readString(temporary.resolve("err"))).isTrue();
      new ProcessBuilder("kill", "-" + signal, Long.toString(demo.pid())).start().waitFor();
      assertThat(demo.waitFor(2, TimeUnit.MINUTES)).as("it ends after %s", signal).isTrue();

      assertThat(demo.exitValue()).isEqualTo(exitCode(signal));
      Cli.await("its processes end", () -> seen.stream().noneMatch(ProcessHandle::isAlive));
      if (!(signal.equals("KILL") && when.equals("emulator"))) {
        // Killed so early, it may have made the directory without having started anything.
        Cli.await("its directory disappears", () -> noServerDirectory(files));
      }
      assertThat(Files.readString(temporary.resolve("err"))).doesNotContain("Exception");
    } finally {
      demo.destroyForcibly();
    }
  }

  /** Where there is no procfs, it is not known, and the test finds out. */
  private static boolean interruptIsIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    String mask =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow()
            .substring("SigIgn:".length())
            .strip();
    return (Long.parseUnsignedLong(mask, 16) & SIGINT_BIT) != 0;
  }

  private static int exitCode(String signal) {
    return 128
        + switch (signal) {
          case "INT" -> 2;
          case "KILL" -> 9;
          default -> 15;
        };
  }

  private static boolean contains(Path file, String text) {
    try {
      return Files.readString(file).contains(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean noServerDirectory(Path files) {
    try (Stream<Path> list = Files.list(files)) {
      return list.noneMatch(file -> file.getFileName().toString().startsWith("convex-powersync-"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
