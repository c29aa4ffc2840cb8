package io.convexpowersync.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineConfigLoaderTest {
  private static final String SOURCE =
      """
      source:
        url: https://happy-animal-123.convex.cloud
        key: prod:happy-animal-123|secret-of-the-key
      """;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void place() {
    file = directory.resolve("pipeline.yaml");
  }

  @Test
  void withoutStorageItUsesAnEmbeddedServerInTheStateDirectory() {
    PipelineConfig config = load(SOURCE);
    assertThat(config.storage())
        .isEqualTo(new StorageSettings.Embedded(directory.resolve("state/postgres"), 0));
    assertThat(config.sync()).isEmpty();
    assertThat(config.source().include()).isEmpty();
  }

  @Test
  void readsUserAndPasswordFromTheUrlAndBesideIt() {
    StorageSettings.External inUrl =
        external("storage: {url: 'postgresql://bob:p%40ss@db:5433/power?sslmode=require'}");
    assertThat(inUrl.address().jdbcUrl())
        .isEqualTo("jdbc:postgresql://db:5433/power?sslmode=require");
    assertThat(inUrl.address().user()).contains("bob");
    assertThat(inUrl.address().password().orElseThrow().reveal()).isEqualTo("p@ss");
    assertThat(inUrl.schemaMode()).isEqualTo(SchemaMode.REQUIRE);

    StorageSettings.External beside =
        external(
            "storage: {url: 'jdbc:postgresql://db/power', user: eve, password: x, schema_mode:"
                + " create}");
    assertThat(beside.address().user()).contains("eve");
    assertThat(beside.schemaMode()).isEqualTo(SchemaMode.CREATE);
  }

  @Test
  void takesSecretsFromTheEnvironmentAndFromFiles() throws IOException {
    Files.writeString(directory.resolve("key"), "from-file\n");
    PipelineConfig config =
        load(
            """
            source:
              url: http://127.0.0.1:3210
              key_file: key
            storage:
              url: postgresql://db/power
              password: ${ENV:PASSWORD}
            """);
    assertThat(config.source().key().reveal()).isEqualTo("from-file");
    StorageSettings.External storage = (StorageSettings.External) config.storage();
    assertThat(storage.address().password().orElseThrow().reveal()).isEqualTo("from-environment");
  }

  @Test
  void printsNoSecret() {
    PipelineConfig config =
        load(SOURCE + "storage: {url: 'postgresql://bob:hush@db/power', password: quiet}\n");
    assertThat(config.toString()).doesNotContain("secret-of-the-key", "hush", "quiet");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sourc: 1 | :5: unknown key \"sourc\", did you mean \"source\"?",
        "colour: 1 | :5: unknown key \"colour\", expected one of source, storage, sync, state",
        "storage: {embedded: {directry: x}} | :5: unknown key \"directry\" in storage.embedded",
        "storage: {url: 'mysql://db/x'} | :5: storage.url must look like postgresql://",
        "storage: {url: 'postgresql://db/x', embedded: {}} | :5: storage.embedded and storage.url",
        "storage: {user: bob} | :5: storage.user needs storage.url",
        "storage: {embedded: {port: 70000}} | :5: storage.embedded.port must be a number from 0",
        "storage: {url: 'postgresql://d/x', schema_mode: x} | :5: storage.schema_mode is \"x\"",
        "sync: {config: absent.yaml, plan: p} | :5: sync.config names",
        "sync: {plan: pipeline.yaml} | :5: sync.config is missing",
        "sync: yes | :5: sync must be a map of the keys config, plan",
        "storage: {url: 'postgresql://d/x', password: '${ENV:NO}'} | :5: the environment variable NO",
        "state: [1 | :6: not valid YAML",
      })
  void saysInWhichLineWhatIsWrong(String yaml, String message) {
    assertThatThrownBy(() -> load(SOURCE + "\n" + yaml + "\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "source: {key: x} | :1: source.url is missing",
        "source: {url: happy.convex.cloud, key: x} | :1: source.url must look like https://",
        "source: {url: 'https://a.convex.cloud'} | :1: source.key is missing (or key_file)",
        "source: {url: 'https://a.b', key: x, key_file: y} | :1: source.key_file and key exclude",
        "source: {url: 'https://a.b', key: x, tables: {include: a}} | :1: source.tables.include must",
        "source: {url: 'https://a.b', key: x, tables: {include: [a], exclude: [b]}} | :1:"
            + " source.tables.exclude and include exclude each other",
        "source: {url: 'https://a.b', key: x, snapshot_mode: never} | :1: source.snapshot_mode is"
            + " \"never\", expected initial or when_needed",
        "state: x | :1: source is missing",
      })
  void saysWhatTheSourceLacks(String yaml, String message) {
    assertThatThrownBy(() -> load(yaml)).hasMessageContaining(message);
  }

  @Test
  void aUrlThatIsRefusedIsNotRepeated() {
    assertThatThrownBy(() -> load(SOURCE + "storage: {url: 'postgresql://bob:hush@db'}"))
        .hasMessageNotContaining("hush");
  }

  @Test
  void saysThatTheFileDoesNotExist() {
    assertThatThrownBy(() -> new PipelineConfigLoader(System::getenv).load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessage(file + " does not exist");
  }

  private StorageSettings.External external(String storage) {
    return (StorageSettings.External) load(SOURCE + storage + "\n").storage();
  }

  private PipelineConfig load(String yaml) {
    try {
      Files.writeString(file, yaml);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    Map<String, String> environment = Map.of("PASSWORD", "from-environment");
    return new PipelineConfigLoader(environment::get).load(file);
  }
}
