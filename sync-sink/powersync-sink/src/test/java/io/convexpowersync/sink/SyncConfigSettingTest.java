package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncConfigSettingTest {
  private static final String YAML =
      "config:\n  edition: 3\nstreams:\n  s:\n    query: SELECT _id AS id FROM lists\n";

  @TempDir Path directory;

  @Test
  void takesTheYamlItself() {
    assertThat(SyncConfigSetting.compile(YAML).content()).isEqualTo(YAML);
  }

  @Test
  void takesAFile() throws IOException {
    Path file = Files.writeString(directory.resolve("sync.yaml"), YAML);
    assertThat(SyncConfigSetting.compile(file.toString()).plan()).contains("lists");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThatThrownBy(() -> SyncConfigSetting.compile("/nowhere/sync.yaml"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/nowhere/sync.yaml");
  }

  @Test
  void saysWhereTheSyncConfigIsWrong() {
    assertThatThrownBy(() -> SyncConfigSetting.compile(YAML.replace("_id AS id", "nope(a)")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("sync.config:5:19: error: Unknown function nope");
  }
}
