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
    assertThat(SyncConfigSetting.compile(file.toString()).plan().orElseThrow()).contains("lists");
  }

  @Test
  void takesBucketDefinitions() {
    String yaml = "bucket_definitions:\n  b:\n    data: [SELECT _id AS id FROM lists]\n";
    assertThat(SyncConfigSetting.compile(yaml).plan()).isEmpty();
  }

  @Test
  void warnsOfABucketThatClientsGetByTwoWays() {
    String yaml =
        YAML.stripTrailing() + " WHERE o = auth.user_id() OR o IN (SELECT _id FROM users)\n";
    assertThat(SyncConfigSetting.compile(YAML).warnings()).isEmpty();
    assertThat(SyncConfigSetting.compile(yaml).warnings())
        .startsWith("sync.config: warning: Stream s, bucket s|0: clients may get a bucket both");
  }

  @Test
  void refusesStreamsOfEdition2WithAdvice() {
    assertThatThrownBy(() -> SyncConfigSetting.compile(YAML.replace("edition: 3", "edition: 2")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("sync.config:4:3: error: Streams of edition 2 are not supported")
        .hasMessageContaining("edition: 3");
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
