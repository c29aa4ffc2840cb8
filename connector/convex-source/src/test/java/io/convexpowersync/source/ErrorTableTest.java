package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorRequest;
import io.convexpowersync.emulator.Fault;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.Marker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * For every answer in {@code convex-answers.md}: what the task does when it gets it in place of a
 * page, and the words that it leaves in the log or in the task's status.
 */
final class ErrorTableTest {
  private static final Path TABLE = Path.of("../../packaging/docs/convex-answers.md");
  private static final TablePath USERS = TablePath.root("users");
  private static final String RETRIES = "retries";
  private static final String NEW_SNAPSHOT = "new snapshot";
  private static final String LATER_NEW_SNAPSHOT = "retries, then new snapshot";

  private ConvexEmulator emulator;
  private Map<String, String> properties;

  /**
   * A line of the table.
   *
   * @param answer status, and code or body
   * @param outcome what the task does
   * @param says the message behind the place where it happened
   */
  record Row(String answer, String outcome, String says) {
    Fault fault() {
      String[] words = answer.split(" ", 2);
      int status = Integer.parseInt(words[0]);
      return switch (words[1]) {
        case "(empty)" -> Fault.status(status, "");
        case "(HTML)" -> Fault.status(status, "<html>");
        default -> Fault.error(status, words[1]);
      };
    }

    boolean losesThePosition() {
      return outcome.endsWith(NEW_SNAPSHOT);
    }
  }

  static Stream<Row> rows() throws IOException {
    return Files.readAllLines(TABLE).stream()
        .filter(line -> line.matches("\\| \\d.*"))
        .map(line -> line.substring(1, line.lastIndexOf('|')).split("\\|"))
        .map(cells -> new Row(cells[0].strip(), cells[1].strip(), cells[2].strip()));
  }

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
    insert();
    properties = TaskHarness.logOnly(emulator);
    properties.put("retry.backoff.ms", "1");
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aPageOfTheLog(Row row) throws IOException {
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      String place =
          "Reading the log after %d (document_deltas, all tables) at %s failed: "
              .formatted(emulator.head(), emulator.url());
      answers("/api/document_deltas", row.fault(), 2);
      insert();
      check(row, task, place);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aPageOfASnapshot(Row row) throws IOException {
    try (TaskHarness task = TaskHarness.start(properties)) {
      String place =
          "Reading a page of snapshot %d (list_snapshot, first page, 1 tables) at %s failed: "
              .formatted(emulator.head(), emulator.url());
      answers("/api/list_snapshot", row.fault(), 2);
      check(row, task, place);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aPositionThatIsLostIfANewSnapshotIsAllowed(Row row) throws IOException {
    properties.put("snapshot.mode", "when_needed");
    boolean later = row.outcome().equals(LATER_NEW_SNAPSHOT);
    properties.put("retry.timeout.ms", later ? "50" : "20000");
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      long snapshots = snapshots(task);
      int once = row.outcome().equals(NEW_SNAPSHOT) ? 1 : 2;
      answers("/api/document_deltas", row.fault(), later ? Integer.MAX_VALUE : once);
      if (row.losesThePosition()) {
        while (snapshots(task) == snapshots) {
          task.poll();
        }
        assertThat(log())
            .contains("Starting over with a new snapshot, as snapshot.mode=when_needed");
      } else if (row.outcome().equals(RETRIES)) {
        insert();
        task.pollTo(emulator.head());
        assertThat(snapshots(task)).isEqualTo(snapshots);
      } else {
        assertThat(failure(task)).hasMessageEndingWith(row.says());
        assertThat(snapshots(task)).isEqualTo(snapshots);
      }
    }
  }

  private void check(Row row, TaskHarness task, String place) throws IOException {
    String says = place + row.says();
    switch (row.outcome()) {
      case RETRIES, LATER_NEW_SNAPSHOT -> {
        task.pollTo(emulator.head());
        assertThat(log()).contains(says + " Attempt 1, next one in ");
      }
      default -> assertThat(failure(task)).hasMessage(says);
    }
  }

  private ConnectException failure(TaskHarness task) {
    return catchThrowableOfType(ConnectException.class, () -> task.pollTo(Long.MAX_VALUE));
  }

  private static long snapshots(TaskHarness task) {
    return task.events().stream().filter(Marker.SnapshotBegin.class::isInstance).count();
  }

  private void answers(String path, Fault fault, int times) {
    AtomicInteger left = new AtomicInteger(times);
    emulator.faults(
        (EmulatorRequest request) ->
            request.path().equals(path) && left.getAndDecrement() > 0 ? fault : Fault.NONE);
  }

  private void insert() {
    emulator.commit(tx -> tx.insert(USERS, "{\"name\":\"Ada\"}"));
  }

  /** What was logged about this test's deployment. */
  private String log() throws IOException {
    return String.join("\n", TestLog.lines(emulator.url()));
  }
}
