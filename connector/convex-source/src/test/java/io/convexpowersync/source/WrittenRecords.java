package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SourceOffsetCodec;
import io.convexpowersync.events.TableTopicEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What one task wrote to all its topics, record by record.
 *
 * @param offsets the offset of every record; null before the first boundary
 * @param events what the records of the log topic say
 * @param changes the changes in all topics, without what differs between two snapshots of the same
 *     data
 * @param transactions how many records each transaction has
 */
record WrittenRecords(
    List<Map<String, Object>> offsets,
    Prefixes<LogEvent> events,
    Prefixes<String> changes,
    List<Integer> transactions) {
  private static final String HEARTBEATS = "__debezium-heartbeat.";

  /** What some of the records have. */
  static final class Prefixes<T> {
    private final List<T> all = new ArrayList<>();
    private final List<Integer> counts = new ArrayList<>(List.of(0));

    private void add(T valueOrNull) {
      if (valueOrNull != null) {
        all.add(valueOrNull);
      }
      counts.add(all.size());
    }

    List<T> all() {
      return all;
    }

    List<T> ofFirst(int records) {
      return all.subList(0, counts.get(records));
    }
  }

  /**
   * Takes what a task wrote, and checks that no commit is split and no offset is inside one.
   *
   * @param connectorBoundaries whether the connector said where transactions end; otherwise every
   *     batch is one
   */
  static WrittenRecords of(TaskHarness task, boolean connectorBoundaries) {
    checkWhole(task.batches());
    List<List<SourceRecord>> transactions = task.batches();
    if (connectorBoundaries) {
      transactions = split(task.records(), task.context().transactionEnds());
      checkWhole(transactions);
    }
    List<Map<String, Object>> offsets = new ArrayList<>();
    Prefixes<LogEvent> events = new Prefixes<>();
    Prefixes<String> changes = new Prefixes<>();
    for (SourceRecord record : task.records()) {
      LogEvent event = isOfLog(record) ? TaskHarness.event(record) : null;
      offsets.add(TaskHarness.offset(record));
      events.add(event);
      changes.add(event == null ? ofTable(record) : ofLog(event));
    }
    return new WrittenRecords(
        offsets, events, changes, transactions.stream().map(List::size).toList());
  }

  int count() {
    return offsets.size();
  }

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

  private static List<List<SourceRecord>> split(
      List<SourceRecord> records, List<SourceRecord> ends) {
    Set<SourceRecord> last = Collections.newSetFromMap(new IdentityHashMap<>());
    last.addAll(ends);
    List<List<SourceRecord>> transactions = new ArrayList<>();
    List<SourceRecord> open = new ArrayList<>();
    for (SourceRecord record : records) {
      open.add(record);
      if (last.contains(record)) {
        transactions.add(open);
        open = new ArrayList<>();
      }
    }
    assertThat(open).as("records behind the last end").isEmpty();
    return transactions;
  }

  /** No commit is in two batches, none has a marker inside, and no offset points into one. */
  private static void checkWhole(List<List<SourceRecord>> batches) {
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
    boolean snapshot = record.value() instanceof Struct value && op(value).equals("r");
    if (snapshot || record.topic().startsWith(HEARTBEATS)) {
      return null;
    }
    Object ts = record.headers().lastWithName(TableTopicEncoder.TS_HEADER).value();
    return Position.ofCommit(Long.parseLong(ts.toString()));
  }

  private static String op(Struct value) {
    return value.schema().field("op") == null ? "" : value.getString("op");
  }

  private static Position position(SourceRecord record) {
    return Optional.ofNullable(TaskHarness.offset(record))
        .map(offset -> SourceOffsetCodec.decode(offset).position())
        .orElse(Position.ZERO);
  }

  private static boolean isOfLog(SourceRecord record) {
    return record.topic().equals(TaskHarness.PREFIX + ".log");
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
        record.value() instanceof Struct value ? op(value) + " " + value.get("after") : "tombstone";
    return record.topic() + " " + record.key() + " " + content;
  }
}
