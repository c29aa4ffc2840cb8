package io.convexpowersync.source.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.Capture;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotCursor;
import io.convexpowersync.events.SnapshotFlag;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import io.convexpowersync.source.stream.Emission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is told of snapshots that do not go straight on. */
final class SnapshotNewsTest {
  private static final Position PIN = new Position(1_785_412_800_000_000_000L, 1);
  private static final SnapshotId ID = new SnapshotId("s1");
  private static final TableId USERS = TableId.root("users");

  private final List<String> told = new ArrayList<>();
  private final SnapshotNews news = new SnapshotNews((type, details) -> told.add(type));

  @Test
  void aSnapshotThatIsStoppedIsAborted() {
    see(new Marker.SnapshotBegin(PIN, ID, List.of(USERS), 0), SnapshotFlag.NONE);
    see(row(), SnapshotFlag.LAST);
    told.clear();
    see(new Marker.SnapshotEnd(PIN, ID, List.of(), 0), SnapshotFlag.NONE);
    assertThat(told).containsExactly("ABORTED");
  }

  @Test
  void aSnapshotThatStartsOverIsAbortedFirst() {
    see(new Marker.SnapshotBegin(PIN, ID, List.of(USERS), 0), SnapshotFlag.NONE);
    see(new Marker.SnapshotBegin(PIN.nextSeq(), ID, List.of(USERS), 0), SnapshotFlag.NONE);
    assertThat(told).containsExactly("STARTED", "ABORTED", "STARTED");
  }

  @Test
  void aSnapshotThatAnotherTaskBeganIsTakenUp() {
    see(row(), SnapshotFlag.TRUE);
    see(row(), SnapshotFlag.LAST);
    see(new Marker.SnapshotEnd(PIN, ID, List.of(USERS), 0), SnapshotFlag.NONE);
    assertThat(told).containsExactly("IN_PROGRESS", "TABLE_SCAN_COMPLETED", "COMPLETED");
  }

  @Test
  void aSnapshotOfNoTableIsCompletedToo() {
    see(new Marker.SnapshotBegin(PIN, ID, List.of(), 0), SnapshotFlag.NONE);
    see(new Marker.SnapshotEnd(PIN, ID, List.of(), 0), SnapshotFlag.NONE);
    assertThat(told).containsExactly("STARTED", "COMPLETED");
  }

  private static Change.Upsert row() {
    return new Change.Upsert(PIN, USERS, "a", "{}", 1, true);
  }

  private void see(LogEvent event, SnapshotFlag place) {
    Capture capture = new Capture(Optional.empty(), Map.of(USERS, TableStatus.PENDING));
    SourceOffset offset =
        new SourceOffset.Snapshotting(PIN, ID, SnapshotCursor.START, capture, Optional.empty());
    news.see(new Emission(event, place, 0, Optional.of(offset), false));
  }
}
