package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.emulator.ValueFormat;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import io.convexpowersync.source.stream.LogReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A task that is killed after any record of a run goes on from any offset that Connect may have
 * stored by then. The run has a snapshot, commits over several tables, an added table, and a
 * snapshot from the start because the log has expired.
 */
final class KillEveryRecordTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final TablePath TODOS = TablePath.root("todos");
  private static final TablePath NOTES = new TablePath("app", "notes");
  private static final TablePath LATE = TablePath.root("late");
  private static final TableId LATE_ID = TableId.root("late");

  private final Map<Long, Map<TableId, Map<String, String>>> states = new HashMap<>();

  /** What the topic holds before the part of the run that is killed. */
  private final List<LogEvent> before = new ArrayList<>();

  private ConvexEmulator emulator;
  private Map<String, String> properties;
  private boolean connectorBoundaries;
  private int kills;

  @BeforeEach
  void start() throws IOException {
    emulator =
        ConvexEmulator.start(
            EmulatorOptions.defaults().withLimits(EmulatorOptions.Limits.DEFAULTS.withPages(4, 3)));
    properties = TaskHarness.logOnly(emulator);
    properties.put("table.topics", "true");
    properties.put("table.include.list", "users,todos,app/notes");
    properties.put("snapshot.mode", "when_needed");
    properties.put("heartbeat.interval.ms", "50");
    properties.put("max.batch.bytes", "700");
    insert(USERS, 7);
    insert(TODOS, 4);
    insert(NOTES, 1);
    insert(LATE, 6);
  }

  @AfterEach
  void stop() {
    emulator.close();
  }

  @Test
  void withTransactionsOfPolls() {
    run();
    assertThat(kills).isGreaterThan(100);
  }

  @Test
  void withTransactionsOfTheConnector() {
    connectorBoundaries = true;
    run();
    assertThat(kills).isGreaterThan(100);
  }

  private void run() {
    Map<String, Object> offset = part(null, now -> true);
    commits();
    offset = part(offset, now -> true);
    properties.put("table.include.list", "users,todos,app/notes,late");
    commits();
    offset = part(offset, now -> now.capture().tables().get(LATE_ID) == TableStatus.COMPLETE);
    commits();
    emulator.expireBefore(emulator.head());
    commits();
    part(offset, now -> now.position().ts() >= emulator.head());
  }

  /** Commits over several tables, one of them larger than a page of the log and than a batch. */
  private void commits() {
    for (int i = 0; i < 3; i++) {
      int n = i;
      emulator.commit(
          tx -> {
            List<String> users = tx.ids(USERS);
            tx.patch(USERS, users.get(n), "{\"n\":" + (n + 100) + "}");
            tx.delete(USERS, users.get(users.size() - 1));
            tx.insert(TODOS, "{\"text\":\"" + "x".repeat(400) + "\"}");
            tx.insert(NOTES, "{\"n\":1}");
            tx.insert(LATE, "{\"n\":1}");
            tx.insert(USERS, "{\"n\":2}");
          });
      emulator.commitSystemRows(4);
      insert(TODOS, 1);
      emulator.bumpHead();
    }
  }

  /** Kills a part of the run everywhere; returns the offset at its end. */
  private Map<String, Object> part(Map<String, Object> start, Predicate<SourceOffset> reached) {
    WrittenRecords whole = attempt(start, reached);
    List<Map<String, Object>> offsets = new ArrayList<>();
    offsets.add(start);
    offsets.addAll(whole.offsets());
    Map<Map<String, Object>, WrittenRecords> resumed = new HashMap<>();
    for (int killed = 0; killed <= whole.count(); killed++) {
      Map<String, Object> newest = offsets.get(killed);
      if (!resumed.containsKey(newest)) {
        resumed.put(newest, attempt(newest, reached));
      }
      // Connect may have stored any offset that a record so far carried.
      for (WrittenRecords again : resumed.values()) {
        atLeastOnce(whole, killed, again);
      }
      int committed = whole.committedBefore(killed);
      exactlyOnce(whole, committed, resumed.get(offsets.get(committed)));
      kills++;
    }
    before.addAll(whole.events().all());
    return offsets.get(offsets.size() - 1);
  }

  /** All records up to the kill are in the topics; the stored offset is as old as it may be. */
  private void atLeastOnce(WrittenRecords killed, int written, WrittenRecords resumed) {
    List<String> whole = killed.changes().all();
    List<String> again = resumed.changes().all();
    assertThat(again.size())
        .as("nothing is lost")
        .isGreaterThanOrEqualTo(whole.size() - killed.changes().ofFirst(written).size());
    assertThat(whole.subList(whole.size() - again.size(), whole.size()).equals(again))
        .as("the rest, in order")
        .isTrue();
    read(killed, written, resumed);
  }

  /** The topics have what whole transactions brought, and the stored offset is that of the last. */
  private void exactlyOnce(WrittenRecords killed, int committed, WrittenRecords resumed) {
    List<String> written = new ArrayList<>(killed.changes().ofFirst(committed));
    written.addAll(resumed.changes().all());
    assertThat(written).as("every change once").isEqualTo(killed.changes().all());
    read(killed, committed, resumed);
  }

  /** At every resolved marker, what a consumer holds is the deployment. */
  private void read(WrittenRecords killed, int written, WrittenRecords resumed) {
    LogReader reader = new LogReader(this::state);
    reader.read(before);
    reader.read(killed.events().ofFirst(written));
    reader.read(resumed.events().all());
    assertThat(reader.published().ts()).isGreaterThanOrEqualTo(emulator.head());
  }

  /** One task, from an offset to the end of the log. */
  private WrittenRecords attempt(Map<String, Object> offset, Predicate<SourceOffset> reached) {
    long head = emulator.head();
    try (TaskHarness task = task(offset)) {
      task.pollUntil(
          now ->
              now instanceof SourceOffset.Streaming
                  && now.lastResolved().filter(at -> at.ts() >= head).isPresent()
                  && reached.test(now));
      return WrittenRecords.of(task, connectorBoundaries);
    }
  }

  private TaskHarness task(Map<String, Object> offset) {
    if (connectorBoundaries) {
      return offset == null
          ? TaskHarness.startWithConnectorBoundaries(properties)
          : TaskHarness.resumeWithConnectorBoundaries(properties, offset);
    }
    return offset == null ? TaskHarness.start(properties) : TaskHarness.resume(properties, offset);
  }

  private Map<TableId, Map<String, String>> state(long ts) {
    return states.computeIfAbsent(
        ts,
        at -> {
          Map<TableId, Map<String, String>> state = new HashMap<>();
          emulator
              .stateAt(at)
              .forEach(
                  ValueFormat.EXPORT_JSON,
                  (table, id, json) ->
                      state
                          .computeIfAbsent(
                              new TableId(table.component(), table.table()), any -> new TreeMap<>())
                          .put(id, json));
          return state;
        });
  }

  private void insert(TablePath table, int count) {
    emulator.commit(
        tx -> {
          for (int i = 0; i < count; i++) {
            tx.insert(table, "{\"n\":" + i + "}");
          }
        });
  }
}
