package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLoadingTest {
  private static final String TASK_ID = id(10003, 1);
  private static final String ENTRY_ID = id(10001, 2);

  /** What {@code npx convex export} wrote into a ZIP. */
  private static final Map<String, String> EXPORT =
      Map.of(
          "README.md", "# Welcome\n",
          "_tables/documents.jsonl",
              "{\"name\":\"users\",\"id\":10001}\n{\"name\":\"tasks\",\"id\":10003}\n",
          "tasks/documents.jsonl",
              "{\"_creationTime\":1785412799871.25,\"_id\":\""
                  + TASK_ID
                  + "\",\"int\":42,\"number\":42.0,\"raw\":{\"$bytes\":\"AAH/\"}}\n",
          "tasks/generated_schema.jsonl", "\"uniform\"\n",
          "users/documents.jsonl", "",
          "users/generated_schema.jsonl", "\"uniform\"\n",
          "_storage/documents.jsonl", "{\"_id\":\"kg2\",\"internalId\":\"x\"}\n",
          "_components/mail/_tables/documents.jsonl", "{\"name\":\"entries\",\"id\":10001}\n",
          "_components/mail/_components/queue/entries/documents.jsonl",
              "{\"_creationTime\":1.0,\"_id\":\"" + ENTRY_ID + "\",\"text\":\"é\"}\n");

  @TempDir Path folder;

  @Test
  void loadsAnExportZip() throws IOException {
    Path zip = folder.resolve("export.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (Map.Entry<String, String> file : EXPORT.entrySet()) {
        out.putNextEntry(new ZipEntry(file.getKey()));
        out.write(file.getValue().getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    checkExport(zip);
  }

  @Test
  void loadsAnUnpackedExportBelowAnotherFolder() throws IOException {
    for (Map.Entry<String, String> file : EXPORT.entrySet()) {
      write("snapshot/" + file.getKey(), file.getValue());
    }
    checkExport(folder);
  }

  @Test
  void loadsAFolderOfHandWrittenTables() throws IOException {
    write("tasks.jsonl", "{\"title\":\"a\",\"rank\":3}\n\n{\"title\":\"b\"}\n");
    write("_components/mail/outbox.jsonl", "{\"big\":{\"$integer\":\"AQAAAAAAIAA=\"}}\n");
    try (ConvexEmulator emulator = load(folder)) {
      DeploymentState state = emulator.stateAt(emulator.head());
      assertThat(state.tables())
          .containsExactly(TablePath.root("tasks"), new TablePath("mail", "outbox"));
      assertThat(state.documents(TablePath.root("tasks"), ValueFormat.EXPORT_JSON).values())
          .hasSize(2)
          .anySatisfy(json -> assertThat(json).contains("\"rank\":3.0,\"title\":\"a\""));
      assertThat(state.documents(new TablePath("mail", "outbox"), ValueFormat.EXPORT_JSON).values())
          .singleElement()
          .asString()
          .contains("\"big\":9007199254740993");
    }
  }

  @Test
  void aTableWithoutIdsDoesNotTakeTheNumberOfOneWithIds() throws IOException {
    write("a.jsonl", "{}\n");
    write("b.jsonl", "{\"_id\":\"" + ENTRY_ID + "\"}\n");
    try (ConvexEmulator emulator = load(folder)) {
      assertThat(emulator.stateAt(emulator.head()).documents(TablePath.root("b"), ValueFormat.JSON))
          .containsOnlyKeys(ENTRY_ID);
    }
  }

  @Test
  void newDocumentsGetOtherIdsThanLoadedOnesOfTheSameSeed() throws IOException {
    TablePath tasks = TablePath.root("tasks");
    try (ConvexEmulator exported = ConvexEmulator.start()) {
      exported.createTable(tasks);
      exported.commit(transaction -> transaction.insert(tasks, "{}"));
      DeploymentState state = exported.stateAt(exported.head());
      write(
          "tasks/documents.jsonl",
          String.join("\n", state.documents(tasks, ValueFormat.EXPORT_JSON).values()));
    }
    try (ConvexEmulator emulator = load(folder)) {
      emulator.commit(
          transaction -> {
            transaction.insert(tasks, "{}");
            transaction.insert(tasks, "{}");
          });
      assertThat(emulator.stateAt(emulator.head()).documents(tasks, ValueFormat.JSON)).hasSize(3);
    }
  }

  @Test
  void saysWhichLineIsWrong() throws IOException {
    write("tasks/documents.jsonl", "{}\n{\"a\":1,}\n");
    assertFails("tasks/documents.jsonl line 2: ");
    write("tasks/documents.jsonl", "{}\n{}\n{\"_x\":1}\n");
    assertFails("tasks/documents.jsonl line 3: Not a top-level field name: '_x'");
    write("tasks/documents.jsonl", "{\"_id\":\"user-1\"}\n");
    assertFails("tasks/documents.jsonl line 1: Not a document id");
    write("tasks/documents.jsonl", "{\"_id\":\"" + TASK_ID + "\"}\n{\"_id\":\"" + ENTRY_ID + "\"}");
    assertFails("tasks/documents.jsonl line 2: The _id belongs to another table than tasks");
  }

  @Test
  void saysWhenThereIsNothingToLoad() throws IOException {
    assertFails("neither <table>/documents.jsonl");
    assertThatThrownBy(() -> load(folder.resolve("missing")))
        .hasMessageContaining("No such file or folder");
    write("text.zip", "no zip");
    assertThatThrownBy(() -> load(folder.resolve("text.zip")))
        .hasMessageContaining("neither a folder nor a readable ZIP");
  }

  private void checkExport(Path path) throws IOException {
    try (ConvexEmulator emulator = load(path)) {
      DeploymentState state = emulator.stateAt(emulator.head());
      TablePath tasks = TablePath.root("tasks");
      TablePath entries = new TablePath("mail/queue", "entries");
      assertThat(state.tables()).containsExactly(tasks, TablePath.root("users"), entries);
      assertThat(state.documents(tasks, ValueFormat.EXPORT_JSON))
          .containsExactly(
              Map.entry(
                  TASK_ID,
                  "{\"_creationTime\":1785412799871.25,\"_id\":\""
                      + TASK_ID
                      + "\",\"int\":42,\"number\":42.0,\"raw\":{\"$bytes\":\"AAH/\"}}"));
      assertThat(state.documents(entries, ValueFormat.JSON).get(ENTRY_ID)).contains("\"é\"");
      emulator.commit(tx -> tx.insert(TablePath.root("new"), "{}"));
      String newId =
          emulator
              .stateAt(emulator.head())
              .documents(TablePath.root("new"), ValueFormat.JSON)
              .firstKey();
      assertThat(DocumentId.parse(newId).tableNumber()).isEqualTo(10004);
    }
  }

  private void assertFails(String message) {
    assertThatThrownBy(() -> load(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  private static ConvexEmulator load(Path path) throws IOException {
    return ConvexEmulator.start(EmulatorOptions.defaults().withData(new EmulatorData.Files(path)));
  }

  private void write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private static String id(int table, long low) {
    return new DocumentId(table, new InternalId(0, low)).text();
  }
}
