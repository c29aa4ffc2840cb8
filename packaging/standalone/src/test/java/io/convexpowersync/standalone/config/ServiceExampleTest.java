package io.convexpowersync.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ServiceExampleTest {
  private static final Path FILE = Path.of("../../config-examples/powersync-service/service.yaml");

  @Test
  void theServiceServesAStorageThatItDoesNotWrite() throws IOException {
    String text = Files.readString(FILE).replace("!env ", "");
    Map<?, ?> service = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(text);
    assertThat(service.containsKey("sync_config")).isFalse();
    assertThat(service.containsKey("sync_rules")).isFalse();
    Map<?, ?> storage = (Map<?, ?>) service.get("storage");
    assertThat(storage.get("type")).isEqualTo("postgresql");
    assertThat(storage.get("default_storage_version")).isEqualTo(2);
  }

  @Test
  void everyVariableHasThePrefixThatTheServiceAsksFor() throws IOException {
    Matcher variables = Pattern.compile("!env (\\w+)").matcher(Files.readString(FILE));
    assertThat(variables.results().map(match -> match.group(1)))
        .isNotEmpty()
        .allMatch(name -> name.startsWith("PS_"));
  }
}
