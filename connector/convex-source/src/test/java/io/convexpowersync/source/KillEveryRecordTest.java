package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.emulator.ValueFormat;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.SourceOffsetCodec;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import io.convexpowersync.events.TableTopicEncoder;
import io.convexpowersync.source.stream.LogReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
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
  private static final String HEARTBEATS = "__debezium-heartbeat.";
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
    properties.put("heartbeat.interval.ms", "20");
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
    Attempt whole = attempt(start, reached);
    Map<Map<String, Object>, Attempt> resumed = new HashMap<>();
    List<Map<String, Object>> offsets = new ArrayList<>();
    offsets.add(start);
    whole.written().forEach(written -> offsets.add(TaskHarness.offset(written.record())));
    for (Map<String, Object> offset : offsets) {
      if (!resumed.containsKey(offset)) {
        resumed.put(offset, attempt(offset, reached));
      }
    }
    Set<Map<String, Object>> stored = new HashSet<>();
    for (int killed = 0; killed <= whole.written().size(); killed++) {
      // Connect may have stored any offset that a record so far carried.
      stored.add(offsets.get(killed));
      for (Map<String, Object> offset : stored) {
        atLeastOnce(whole, killed, resumed.get(offset));
      }
      int committed = whole.committedBefore(killed);
      exactlyOnce(whole, committed, resumed.get(offsets.get(committed)));
      kills++;
    }
    before.addAll(events(whole.written()));
    return offsets.get(offsets.size() - 1);
  }

  /** All records up to the kill are in the topics; the stored offset is as old as it may be. */
  private void atLeastOnce(Attempt killed, int written, Attempt resumed) {
    List<String> whole = changes(killed.written());
    List<String> again = changes(resumed.written());
    int known = changes(killed.written().subList(0, written)).size();
    assertThat(again.size()).as("nothing is lost").isGreaterThanOrEqualTo(whole.size() - known);
    assertThat(whole.subList(whole.size() - again.size(), whole.size()))
        .as("the rest, in order")
        .isEqualTo(again);
    read(killed, written, resumed);
  }

  /** The topics have what whole transactions brought, and the stored offset is that of the last. */
  private void exactlyOnce(Attempt killed, int committed, Attempt resumed) {
    List<String> written = changes(killed.written().subList(0, committed));
    written.addAll(changes(resumed.written()));
    assertThat(written).as("every change once").isEqualTo(changes(killed.written()));
    read(killed, committed, resumed);
  }

  /** At every resolved marker, what a consumer holds is the deployment. */
  private void read(Attempt killed, int written, Attempt resumed) {
    LogReader reader = new LogReader(this::state);
    reader.read(before);
    reader.read(events(killed.written().subList(0, written)));
    reader.read(events(resumed.written()));
    assertThat(reader.published().ts()).isGreaterThanOrEqualTo(killed.head());
  }

  /** One task, from an offset to the end of the log. */
  private Attempt attempt(Map<String, Object> offset, Predicate<SourceOffset> reached) {
    long head = emulator.head();
    try (TaskHarness task = task(offset)) {
      task.pollUntil(
          now ->
              now instanceof SourceOffset.Streaming
                  && now.lastResolved().filter(at -> at.ts() >= head).isPresent()
                  && reached.test(now));
      List<List<SourceRecord>> transactions =
          connectorBoundaries
              ? split(task.records(), task.context().transactionEnds())
              : task.batches();
      check(task.batches());
      check(transactions);
      return new Attempt(
          task.records().stream().map(Written::of).toList(),
          transactions.stream().map(List::size).toList(),
          head);
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

  private static List<List<SourceRecord>> split(
      List<SourceRecord> records, List<SourceRecord> ends) {
    List<List<SourceRecord>> transactions = new ArrayList<>();
    List<SourceRecord> open = new ArrayList<>();
    for (SourceRecord record : records) {
      open.add(record);
      if (ends.contains(record)) {
        transactions.add(open);
        open = new ArrayList<>();
      }
    }
    assertThat(open).as("records behind the last end").isEmpty();
    return transactions;
  }

  /** No commit is in two batches, none has a marker inside, and no offset points into one. */
  private static void check(List<List<SourceRecord>> batches) {
    Set<Position> closed = new HashSet<>();
    for (List<SourceRecord> batch : batches) {
      Position open = null;
      for (int i = 0; i < batch.size(); i++) {
        Position commit = commit(batch.get(i));
        if (open != null && !open.equals(commit)) {
          closed.add(open);
        }
        assertThat(commit == null || !closed.contains(commit)).as("%s is whole", commit).isTrue();
        open = commit;
        boolean more = i + 1 < batch.size() && commit != null;
        if (more && commit.equals(commit(batch.get(i + 1)))) {
          assertThat(position(batch.get(i))).as("no offset in %s", commit).isLessThan(commit);
        }
      }
      if (open != null) {
        closed.add(open);
      }
    }
  }

  /** The commit that a record is of; null for markers and rows of a snapshot. */
  private static Position commit(SourceRecord record) {
    if (isOfLog(record)) {
      LogEvent event = TaskHarness.event(record);
      return event instanceof Change && event.position().seq() == 0 ? event.position() : null;
    }
    if (record.topic().startsWith(HEARTBEATS)) {
      return null;
    }
    boolean snapshot = record.value() instanceof Struct value && value.get("op").equals("r");
    Object ts = record.headers().lastWithName(TableTopicEncoder.TS_HEADER).value();
    return snapshot ? null : Position.ofCommit(Long.parseLong(ts.toString()));
  }

  private static boolean isOfLog(SourceRecord record) {
    return record.topic().equals(TaskHarness.PREFIX + ".log");
  }

  private static List<LogEvent> events(List<Written> written) {
    return written.stream().map(Written::event).filter(Objects::nonNull).toList();
  }

  private static List<String> changes(List<Written> written) {
    return written.stream()
        .map(Written::change)
        .filter(Objects::nonNull)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static Position position(SourceRecord record) {
    return Optional.ofNullable(TaskHarness.offset(record))
        .map(offset -> SourceOffsetCodec.decode(offset).position())
        .orElse(Position.ZERO);
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

  /**
   * A record.
   *
   * @param event what it says, if it is in the log topic; otherwise null
   * @param change its change, without what differs between two snapshots of the same data; null if
   *     it has none
   */
  private record Written(SourceRecord record, LogEvent event, String change) {
    static Written of(SourceRecord record) {
      LogEvent event = isOfLog(record) ? TaskHarness.event(record) : null;
      return new Written(record, event, event == null ? ofTable(record) : ofLog(event));
    }

    private static String ofLog(LogEvent event) {
      if (event instanceof Change.Upsert upsert) {
        return upsert.snapshot() + " " + upsert.commitTs() + " " + upsert.document();
      }
      return event instanceof Change change ? change.toString() : null;
    }

    private static String ofTable(SourceRecord record) {
      if (record.topic().startsWith(HEARTBEATS)) {
        return null;
      }
      String content =
          record.value() instanceof Struct value
              ? value.get("op") + " " + value.get("after")
              : "tombstone";
      return record.topic() + " " + record.key() + " " + content;
    }
  }

  /**
   * What one task wrote.
   *
   * @param transactions how many records each transaction has
   * @param head the deployment's head
   */
  private record Attempt(List<Written> written, List<Integer> transactions, long head) {
    /** Records of the transactions that have ended before so many records were written. */
    int committedBefore(int written) {
      int committed = 0;
      for (int size : transactions) {
        if (committed + size > written) {
          break;
        }
        committed += size;
      }
      return committed;
    }
  }
}
