package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.emulator.EmulatorRequest;
import io.convexpowersync.emulator.Fault;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Excluded fields are in no record, whether or not the deployment leaves them out. */
final class ColumnExclusionTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final String USER = "{\"name\":\"a\",\"password\":\"p\",\"pin1\":1,\"pin2\":2.0}";

  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start(EmulatorOptions.defaults().withStrictSelection(true));
    emulator.faults(this::remember);
    properties = TaskHarness.logOnly(emulator);
    properties.put("table.topics", "true");
    properties.put("column.exclude.list", "users\\.password,users\\.pin.*");
  }

  private Fault remember(EmulatorRequest request) {
    bodies.add(new String(request.body(), StandardCharsets.UTF_8));
    return Fault.NONE;
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @Test
  void theyAreInNoRecordOfSnapshotOrLog() {
    emulator.commit(tx -> tx.insert(USERS, USER));
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      long commit = emulator.commit(tx -> tx.insert(USERS, USER));
      task.pollTo(commit);
      assertThat(documents(task)).hasSize(2).allMatch(json -> json.contains("\"name\":\"a\""));
      assertThat(task.records().toString()).doesNotContain("password", "pin1", "pin2");
    }
  }

  @Test
  void convexIsAskedNotToSendThemOnceTheirNamesAreKnown() {
    emulator.commit(tx -> tx.insert(USERS, USER));
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      assertThat(bodies.stream().filter(body -> body.contains("\"snapshot\"")).findFirst())
          .hasValueSatisfying(
              body -> assertThat(body).contains("\"password\":\"excluded\"").doesNotContain("pin"));
      bodies.clear();
      task.pollTo(emulator.commit(tx -> tx.insert(USERS, USER)));
      assertThat(bodies)
          .anySatisfy(
              body ->
                  assertThat(body)
                      .contains("\"password\":\"excluded\"")
                      .contains("\"pin1\":\"excluded\",\"pin2\":\"excluded\""));
      assertThat(emulator.counters().ignoredSelections()).isZero();
    }
  }

  private static List<String> documents(TaskHarness task) {
    return task.records().stream()
        .filter(record -> record.topic().equals("crm.log"))
        .map(TaskHarness::event)
        .filter(Change.Upsert.class::isInstance)
        .map(event -> document(event))
        .toList();
  }

  private static String document(LogEvent event) {
    return ((Change.Upsert) event).document();
  }
}
