package io.convexpowersync.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.streams.compiler.SyncConfigCompiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineAppTest {
  private static final String EXAMPLE =
      Path.of("../../config-examples/todo").toAbsolutePath() + "/";

  @TempDir Path directory;

  @Test
  void printsItsCommandsWhenCalledWithoutOne() {
    Finished finished = Cli.here("--help");
    assertThat(finished.exit()).isZero();
    assertThat(finished.out()).contains("demo", "run", "deploy", "emulator", "Exit codes:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "run", "compile", "deploy", "verify", "explain", "emulator"})
  void everyCommandHasHelp(String command) {
    Finished finished = Cli.here(command, "--help");
    assertThat(finished.exit()).isZero();
    assertThat(finished.out()).contains("Usage: convex-powersync " + command);
  }

  @ParameterizedTest
  @ValueSource(strings = {"frobnicate", "demo --frobnicate", "run", "deploy --config a --plan b"})
  void wrongUsageIsOneLineAndExitCode2(String line) {
    Finished finished = Cli.here(line.split(" "));
    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).startsWith("convex-powersync").hasLineCount(1).contains("--help");
  }

  @Test
  void aWrongPipelineFileIsOneLineWithFileAndLine() throws IOException {
    Path file = Files.writeString(directory.resolve("p.yaml"), "source: {}\nstorag: {}\n");
    Finished finished = Cli.here("run", "--config", file.toString());
    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err())
        .isEqualTo(
            "convex-powersync run: "
                + file
                + ":2: unknown key \"storag\", did you mean \"storage\"?\n");
  }

  @Test
  void aPlanFromTheFutureIsRefused() throws IOException {
    Path plan =
        Files.writeString(
            directory.resolve("plan.json"),
            SyncConfigCompiler.compile(Files.readString(Path.of(EXAMPLE + "sync.yaml")))
                .syncPlan()
                .orElseThrow()
                .replace("\"version\":1", "\"version\":99"));
    Finished finished =
        Cli.here(
            "deploy",
            "--config",
            EXAMPLE + "sync.yaml",
            "--plan",
            plan.toString(),
            "--storage",
            "postgresql://127.0.0.1:1/nowhere");
    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).hasLineCount(1).contains(plan.toString(), "99");
  }

  @Test
  void compilesASyncConfig() {
    Finished finished = Cli.here("compile", "--config", EXAMPLE + "sync.yaml");
    assertThat(finished.exit()).isZero();
    assertThat(finished.err()).isEmpty();
    assertThat(finished.out()).startsWith("{").contains("\"parameterIndexes\"", "lists|0");
  }

  @Test
  void showsWhereASyncConfigIsWrong() throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("sync.yaml"),
            "config:\n  edition: 3\nstreams:\n  s:\n    query: SELECT id, nope(a) AS b FROM t\n");
    for (String command : List.of("compile", "deploy")) {
      List<String> line = new ArrayList<>(List.of(command, "--config", config.toString()));
      if (command.equals("deploy")) {
        line.addAll(List.of("--storage", "postgresql://127.0.0.1:1/nowhere"));
      }
      Finished finished = Cli.here(line.toArray(String[]::new));
      assertThat(finished.exit()).isEqualTo(2);
      assertThat(finished.err())
          .contains(
              config
                  + ":5:23: error: Unknown function nope\n"
                  + "      query: SELECT id, nope(a) AS b FROM t\n"
                  + "                        ^^^^");
    }
  }

  @Test
  void warnsOfABucketThatClientsGetByTwoWays() throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("sync.yaml"),
            """
            config:
              edition: 3
            streams:
              s:
                query: |
                  SELECT *, _id AS id FROM t
                  WHERE owner = auth.user_id() OR owner IN (SELECT _id FROM users)
            """);
    Path plan = directory.resolve("plan.json");
    String warning = ": warning: Stream s, bucket s|0: clients may get a bucket both";
    String[] compile = {"compile", "--config", config.toString(), "--out", plan.toString()};
    assertThat(Cli.here(compile)).extracting(Finished::exit).isEqualTo(0);
    assertThat(Cli.here(compile).err()).hasLineCount(1).startsWith(config + warning);

    List<String> deploy = new ArrayList<>(List.of("deploy", "--config", config.toString()));
    deploy.addAll(List.of("--storage", "postgresql://127.0.0.1:1/nowhere"));
    assertThat(Cli.here(deploy.toArray(String[]::new)).err()).startsWith(config + warning);
    deploy.addAll(List.of("--plan", plan.toString()));
    assertThat(Cli.here(deploy.toArray(String[]::new)).err()).startsWith(plan + warning);
  }

  @Test
  void checksBucketDefinitionsWhichHaveNoPlan() throws IOException {
    Path config = bucketDefinitions("SELECT _id AS id, * FROM t WHERE owner = bucket.owner");
    Finished checked = Cli.here("compile", "--config", config.toString());
    assertThat(checked.exit()).isZero();
    assertThat(checked.out()).isEmpty();
    assertThat(checked.err()).hasLineCount(1).contains("compiles", "no plan");

    Path out = directory.resolve("plan.json");
    Finished written = Cli.here("compile", "--config", config.toString(), "--out", out.toString());
    assertThat(written.exit()).isEqualTo(2);
    assertThat(written.err()).hasLineCount(1).contains("no plan", "Leave out --out");
    assertThat(out).doesNotExist();
  }

  @Test
  void showsWhereBucketDefinitionsAreWrong() throws IOException {
    Path config = bucketDefinitions("SELECT _id AS id, * FROM t WHERE nope(owner) = bucket.owner");
    Finished finished = Cli.here("compile", "--config", config.toString());
    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).contains(config + ":5:42: error: Function 'nope' is not defined\n");
  }

  @Test
  void explainsBucketDefinitions() throws IOException {
    Path config = bucketDefinitions("SELECT _id AS id, * FROM t WHERE owner = bucket.owner");
    Path document =
        Files.writeString(directory.resolve("d.json"), "{\"_id\":\"a\",\"owner\":\"u\"}");
    String[] line = {
      "explain", "--config", config.toString(), "--table", "t", "--document", document.toString()
    };
    assertThat(Cli.here(line).out())
        .contains("bucket 1#b[\"u\"]: t/a {\"id\":\"a\",\"owner\":\"u\"}");
    Files.writeString(document, "{\"_id\":\"a\"}");
    assertThat(Cli.here(line).out()).contains("not in b: bucket.owner = owner is missing");
  }

  private Path bucketDefinitions(String data) throws IOException {
    return Files.writeString(
        directory.resolve("sync.yaml"),
        "bucket_definitions:\n  b:\n    parameters: SELECT request.user_id() AS owner\n    data:\n"
            + "      - "
            + data
            + "\n");
  }

  @Test
  void anUnreachableStorageIsReportedWithoutItsPassword() {
    Finished finished =
        Cli.here(
            "deploy",
            "--config",
            EXAMPLE + "sync.yaml",
            "--storage",
            "postgresql://bob:hush@127.0.0.1:1/nowhere");
    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).hasLineCount(1).contains("127.0.0.1:1").doesNotContain("hush");
  }

  @Test
  void aWrongKeyIsReportedBeforeAnythingIsWritten() throws IOException {
    try (ConvexEmulator emulator = ConvexEmulator.start()) {
      Finished finished = run(emulator.url(), "emulated-otter-123|0123456789");
      assertThat(finished.exit()).isEqualTo(2);
      assertThat(finished.err()).hasLineCount(1).containsIgnoringCase("key");
      assertThat(finished.err()).doesNotContain("0123456789");
      assertThat(directory.resolve("state")).doesNotExist();
    }
  }

  @Test
  void aKeyWithoutPermissionIsReported() throws IOException {
    try (ConvexEmulator emulator = ConvexEmulator.start()) {
      Finished finished = run(emulator.url(), emulator.keyWithoutDataView());
      assertThat(finished.exit()).isEqualTo(2);
      assertThat(finished.err()).hasLineCount(1).containsIgnoringCase("permission");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:1",
        "https://happy-animal-123.convex.site",
        "http://host.invalid"
      })
  void aWrongHostIsReportedBeforeAnythingIsWritten(String url) throws IOException {
    Finished finished = run(url, "emulated-otter-123|0123456789");
    assertThat(finished.exit()).isEqualTo(2);
    assertThat(finished.err()).hasLineCount(1).contains(url.replaceFirst("https?://", ""));
    assertThat(directory.resolve("state")).doesNotExist();
  }

  @Test
  void aTakenPortIsReported() throws IOException {
    try (ConvexEmulator emulator = ConvexEmulator.start()) {
      String port = emulator.url().replaceFirst(".*:", "");
      Finished finished = Cli.here("emulator", "--port", port);
      assertThat(finished.exit()).isEqualTo(2);
      assertThat(finished.err()).hasLineCount(1).contains(port, "Choose another --port");
    }
  }

  @Test
  void explainSaysWhereADocumentGoesAndWhyNot() throws IOException {
    Path list =
        Files.writeString(
            directory.resolve("list.json"),
            "{\"_id\":\"l1\",\"name\":\"Work\",\"owner_id\":\"u1\",\"archived\":false}");
    Finished finished = explain("lists", list);
    assertThat(finished.exit()).isZero();
    assertThat(finished.out())
        .contains(
            "bucket 1#lists|0[\"l1\"]: lists/l1"
                + " {\"id\":\"l1\",\"name\":\"Work\",\"owner_id\":\"u1\",\"archived\":0}",
            "lookup [\"lookup\",\"0\",\"u1\"]: [{\"0\":\"l1\"}]");

    Path orphan = Files.writeString(directory.resolve("todo.json"), "{\"_id\":\"t1\"}");
    assertThat(explain("todos", orphan).out()).contains("not in lists|0: ", "list_id");
    assertThat(explain("other", orphan).out())
        .contains("goes nowhere: nothing in the sync config reads table other; it reads users");
  }

  @Test
  void explainRefusesWhatIsNotADocument() throws IOException {
    Path file = Files.writeString(directory.resolve("x.json"), "{\"a\":1}\n{\"a\":2}");
    assertThat(explain("lists", file))
        .extracting(Finished::exit, f -> f.err().contains("is not one JSON document"))
        .containsExactly(2, true);
    assertThat(explain("lists", directory.resolve("none")).err()).contains("does not exist");
  }

  private static Finished explain(String table, Path document) {
    return Cli.here(
        "explain",
        "--config",
        EXAMPLE + "sync.yaml",
        "--table",
        table,
        "--document",
        document.toString());
  }

  private Finished run(String url, String key) throws IOException {
    Path file = directory.resolve("pipeline.yaml");
    Files.writeString(file, "source: {url: '" + url + "', key: '" + key + "'}\n");
    return Cli.here("run", "--config", file.toString());
  }
}
