package io.convexpowersync.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

/** Compaction keeps the newest record of a key, so the keys decide what survives it. */
final class LogKeysTest {
  private static final Position POSITION = new Position(1_785_412_800_123_456_789L, 1);
  private static final TableId USERS = TableId.root("users");
  private static final TableId TODOS = TableId.root("todos");
  private static final SnapshotId SNAPSHOT = new SnapshotId("s");

  @Test
  void allVersionsOfADocumentShareAKey() {
    assertThat(LogEncoder.key(new Change.Upsert(POSITION, USERS, "a", "{}", 1, true)))
        .isEqualTo(LogEncoder.key(new Change.Delete(POSITION, USERS, "a")));
  }

  @Test
  void theSameIdInAnotherTableOrComponentHasAnotherKey() {
    Set<Struct> keys = new HashSet<>();
    for (TableId table : List.of(USERS, TODOS, new TableId("c", "users"))) {
      keys.add(LogEncoder.key(new Change.Delete(POSITION, table, "a")));
    }
    assertThat(keys).hasSize(3);
  }

  @Test
  void everyKindOfMarkerEverySnapshotAndEveryTableSurvives() {
    List<LogEvent> events =
        List.of(
            new Marker.Resolved(POSITION, Optional.empty(), 1),
            new Marker.SnapshotBegin(POSITION, SNAPSHOT, List.of(USERS), 1),
            new Marker.SnapshotEnd(POSITION, SNAPSHOT, List.of(USERS), 1),
            new Marker.SnapshotBegin(POSITION, new SnapshotId("another"), List.of(USERS), 1),
            new Marker.SnapshotEnd(POSITION, new SnapshotId("another"), List.of(USERS), 1),
            new Marker.TableChanged(POSITION, USERS, TableStatus.COMPLETE, 1),
            new Marker.TableChanged(POSITION, TODOS, TableStatus.COMPLETE, 1),
            new Change.Truncate(POSITION, USERS),
            new Change.Truncate(POSITION, TODOS),
            new Change.Delete(POSITION, USERS, "a"));
    assertThat(events.stream().map(LogEncoder::key)).doesNotHaveDuplicates();
  }

  @Test
  void aMarkerReplacesTheOneBeforeIt() {
    assertThat(LogEncoder.key(new Marker.Resolved(POSITION, Optional.empty(), 1)))
        .isEqualTo(
            LogEncoder.key(new Marker.Resolved(POSITION.nextSeq(), Optional.of(POSITION), 2)));
  }
}
