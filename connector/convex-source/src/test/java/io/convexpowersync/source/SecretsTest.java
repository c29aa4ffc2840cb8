package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.Fault;
import io.convexpowersync.emulator.TablePath;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/** The key's secret and the documents appear in no log and no exception. */
final class SecretsTest {
  private static final Path LOG = Path.of("target", "test-log.txt");
  private static final String CONTENT = "the-content-of-a-document";

  @Test
  void noSecretIsLoggedOrThrown() throws IOException {
    try (ConvexEmulator emulator = ConvexEmulator.start()) {
      emulator.commit(tx -> tx.insert(TablePath.root("users"), "{\"text\":\"" + CONTENT + "\"}"));
      Map<String, String> properties = TaskHarness.logOnly(emulator);
      String secret = emulator.adminKey().substring(emulator.adminKey().indexOf('|') + 1);
      try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
        assertThat(task.records()).isNotEmpty();
      }
      new ConvexSourceConnector().validate(properties);
      properties.put("retry.timeout.ms", "50");
      emulator.faults(request -> Fault.status(500, emulator.adminKey()));
      String thrown = failure(properties);
      assertThat(thrown).isNotEmpty().doesNotContain(secret).doesNotContain(CONTENT);
      assertThat(Files.readString(LOG))
          .contains("snapshot")
          .doesNotContain(secret)
          .doesNotContain(CONTENT);
    }
  }

  private static String failure(Map<String, String> properties) {
    StringWriter text = new StringWriter();
    try (TaskHarness task = TaskHarness.start(properties)) {
      task.pollTo(Long.MAX_VALUE);
    } catch (ConnectException e) {
      e.printStackTrace(new PrintWriter(text));
    }
    return text.toString();
  }
}
