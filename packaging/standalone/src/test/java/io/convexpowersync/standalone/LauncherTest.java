package io.convexpowersync.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a made-up project, with a made-up Java and Maven. */
class LauncherTest {
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "sh",
          "dirname",
          "readlink",
          "sed",
          "head",
          "find",
          "mktemp",
          "rm",
          "cat",
          "cp",
          "date",
          "mkdir",
          "mv",
          "touch");

  /** The made-up Java ends with its input when this is the last argument. */
  private static final String HOLD = "hold";

  @TempDir Path directory;
  private Path root;
  private Path path;
  private Path launcher;

  @BeforeEach
  void makeProject() throws IOException {
    root = directory.resolve("a project");
    path = Files.createDirectories(directory.resolve("path"));
    Path bin = Files.createDirectories(root.resolve("packaging/bin"));
    launcher = Files.copy(Path.of("../bin/convex-powersync"), bin.resolve("convex-powersync"));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    for (String module : List.of("connector", "sync-sink", "config-examples")) {
      Files.createDirectories(root.resolve(module + "/x/src/main/java"));
    }
    Files.createDirectories(root.resolve("packaging/standalone/src/main/java"));
    Files.writeString(root.resolve("pom.xml"), "");
    for (String tool : TOOLS) {
      Files.createSymbolicLink(path.resolve(tool), which(tool));
    }
  }

  private static Path which(String tool) {
    for (String bin : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(bin, tool))) {
        return Path.of(bin, tool);
      }
    }
    throw new AssertionError("no " + tool);
  }

  @Test
  void saysThatJavaIsMissing() {
    assertThat(run(Map.of()))
        .isEqualTo(
            new Finished(
                2,
                "",
                "convex-powersync: java is not in PATH. Install a JDK 17 or later, or set"
                    + " JAVA_HOME\n"));
  }

  @Test
  void saysThatJavaIsTooOld() throws IOException {
    fake("java", "echo 'openjdk version \"1.8.0_392\"' >&2");
    assertThat(run(Map.of()).err()).contains("is Java 1.8.0", "Install a JDK 17 or later");
    fake("java", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2");
    assertThat(run(Map.of()).err()).contains("is Java 11.0.2");
  }

  @Test
  void saysThatJavaHomeIsWrong() {
    assertThat(run(Map.of("JAVA_HOME", "/nowhere")).err())
        .contains("JAVA_HOME is /nowhere, but there is no bin/java in it");
  }

  @Test
  void saysThatMavenIsMissing() throws IOException {
    fakeJava();
    assertThat(run(Map.of())).extracting(Finished::exit).isEqualTo(2);
    assertThat(run(Map.of()).err()).contains("mvn is not in PATH. Install Maven");
  }

  @Test
  void buildsOnceAndAgainOnlyWhenASourceIsNewer() throws IOException {
    fakeJava();
    fakeMaven();
    assertThat(run(Map.of(), "run", "a b").out()).endsWith("run a b\n");
    assertThat(builds()).isEqualTo(1);
    assertThat(run(Map.of(), "run").err()).isEmpty();
    assertThat(builds()).isEqualTo(1);

    editASource();
    assertThat(run(Map.of(), "run").err()).contains("building");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void aBuildLeavesTheJarsOfARunningProcessAlone() throws Exception {
    fakeJava();
    fakeMaven();
    Process running = process(launcher, Map.of(), HOLD).start();
    try (BufferedReader out = running.inputReader()) {
      Path jars = lib(out.readLine());
      editASource();
      Path newer = lib(run(Map.of(), "run").out());

      assertThat(jars).isDirectoryContaining("glob:**/of-build-1.jar");
      assertThat(jars.resolveSibling("standalone.jar")).hasContent("1");
      assertThat(newer.resolveSibling("standalone.jar")).hasContent("2");

      running.getOutputStream().close();
      assertThat(running.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(lib(run(Map.of(), "run").out())).isNotEqualTo(jars);
      assertThat(jars.getParent()).doesNotExist();
    } finally {
      running.destroyForcibly();
    }
  }

  @Test
  void jarsThatABuildNoLongerMakesAreNotInTheClassPath() throws IOException {
    fakeJava();
    fakeMaven();
    run(Map.of(), "run");
    editASource();

    Path jars = lib(run(Map.of(), "run").out());

    assertThat(jars).isDirectoryContaining("glob:**/of-build-2.jar");
    assertThat(jars).isDirectoryNotContaining("glob:**/of-build-1.jar");
  }

  @Test
  void aBuildByMavenAloneIsUsed() throws IOException {
    fakeJava();
    fakeMaven();
    Path old = lib(run(Map.of(), "run").out());
    Path target = root.resolve("packaging/standalone/target");
    Files.writeString(target.resolve("standalone.jar"), "other");
    Files.setLastModifiedTime(
        target.resolve("launcher.stamp"), FileTime.from(Instant.now().plusSeconds(5)));

    Path jars = lib(run(Map.of(), "run").out());

    assertThat(builds()).isEqualTo(1);
    assertThat(jars.resolveSibling("standalone.jar")).hasContent("other");
    assertThat(old).doesNotExist();
  }

  @Test
  void showsTheBuildOnlyWhenItFails() throws IOException {
    fakeJava();
    fake("mvn", "echo '[ERROR] no way'; exit 1");
    Finished finished = run(Map.of());
    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).contains("[ERROR] no way", "the build failed");
  }

  @Test
  void passesJavaOptions() throws IOException {
    fakeJava();
    fakeMaven();
    assertThat(run(Map.of()).out()).contains("-Xmx256m -XX:+UseSerialGC ");
    assertThat(run(Map.of("JAVA_OPTS", "-Xmx1g -Da=b")).out())
        .contains("-Xmx1g -Da=b")
        .doesNotContain("-Xmx256m", "-XX:+UseSerialGC");
    assertThat(run(Map.of("JAVA_OPTS", "-Da=b", "CONVEX_POWERSYNC_JAVA_OPTS", "-Dc=d")).out())
        .contains("-Dc=d")
        .doesNotContain("-Da=b");
  }

  @Test
  void worksThroughASymbolicLink() throws IOException {
    fakeJava();
    fakeMaven();
    Path link = Files.createSymbolicLink(directory.resolve("link"), launcher);
    assertThat(Cli.finish(process(link, Map.of(), "--version")).exit()).isZero();
  }

  private void fakeJava() throws IOException {
    fake(
        "java",
        """
        if [ "$1" = -version ]; then echo 'openjdk version "17.0.15"' >&2; exit; fi
        echo "$@"
        case "$*" in *%s) cat ;; esac
        """
            .formatted(HOLD));
    fake("javac", "");
  }

  private void fakeMaven() throws IOException {
    fake(
        "mvn",
        """
        echo >>builds
        build=0; while read -r line; do build=$((build + 1)); done <builds
        mkdir -p packaging/standalone/target/lib
        cd packaging/standalone/target
        echo $build >standalone.jar
        touch lib/of-build-$build.jar launcher.stamp
        """);
  }

  private void editASource() throws IOException {
    Path source = root.resolve("connector/x/src/main/java/New.java");
    Files.writeString(source, "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
  }

  /** The directory of jars in the class path of the Java that was started. */
  private static Path lib(String commandLine) {
    Matcher jars = Pattern.compile(":([^:]*/lib)/\\* ").matcher(commandLine);
    assertThat(jars.find()).as(commandLine).isTrue();
    return Path.of(jars.group(1));
  }

  private int builds() throws IOException {
    return Files.readAllLines(root.resolve("builds")).size();
  }

  private void fake(String name, String script) throws IOException {
    Path file = path.resolve(name);
    Files.writeString(file, "#!" + path.resolve("sh") + "\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Finished run(Map<String, String> environment, String... arguments) {
    return Cli.finish(process(launcher, environment, arguments));
  }

  private ProcessBuilder process(
      Path command, Map<String, String> environment, String... arguments) {
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(command.toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().clear();
    builder.environment().put("PATH", path.toString());
    builder.environment().putAll(environment);
    return builder.directory(directory.toFile());
  }
}
