package io.convexpowersync.sink;

import static io.convexpowersync.sink.OneTable.TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A second snapshot of tables that are published already. */
class ResnapshotFlowTest {
  private static final LogOrigin ORIGIN = new LogOrigin("tidy-otter-7", "app", "test");
  private static final long TS = 1_700_000_000_000_000_000L;

  /** Every marker is published at once. */
  private static final SinkOptions OPTIONS =
      new SinkOptions(
          2,
          1 << 20,
          Duration.ofSeconds(2),
          Duration.ofHours(1),
          Duration.ZERO,
          Duration.ofHours(1),
          Duration.ZERO,
          Duration.ZERO,
          false);

  private final FakeStorage storage = OneTable.storage(() -> FakeStorage.Fault.NONE);
  private final SinkCore core =
      new SinkCore(storage, LogHistory.none("not here"), OPTIONS, Clock.systemUTC());
  private int offset;

  @Test
  void keepsTheRowsThatItContains() {
    put(snapshot("s1", 1, "d1", "d2", "d3", "d4"));
    assertThat(storage.newest().writes).isEqualTo(4);

    put(snapshot("s2", 2, "d1", "d2", "d3", "d4"));
    assertThat(storage.newest().removals).isZero();
    assertThat(storage.newest().writes).isEqualTo(4);

    put(snapshot("s3", 3, "d2", "d5"));
    assertThat(storage.newest().removals).isEqualTo(3);
    assertThat(storage.newest().writes).isEqualTo(5);
    assertThat(storage.newest().rows.keySet()).containsExactly("a/d2", "a/d5");
    assertThat(storage.newest().checkpoint).isEqualTo(3);
  }

  @Test
  void showsNothingOfItBeforeItsEnd() {
    put(snapshot("s1", 1, "d1", "d2"));
    List<LogEvent> second = snapshot("s2", 2, "d2");
    put(second.subList(0, second.size() - 2));
    assertThat(storage.newest().checkpoint).isEqualTo(1);
    put(List.of(new Marker.Resolved(new Position(TS, 1), Optional.empty(), 1)));
    assertThat(storage.newest().checkpoint).isEqualTo(1);

    put(second.subList(second.size() - 2, second.size()));
    assertThat(storage.newest().checkpoint).isEqualTo(2);
    assertThat(storage.newest().rows.keySet()).containsExactly("a/d2");
  }

  private static List<LogEvent> snapshot(String id, long number, String... rows) {
    Position position = new Position(TS, number);
    SnapshotId snapshot = new SnapshotId(id);
    List<LogEvent> events = new ArrayList<>();
    events.add(new Marker.SnapshotBegin(position, snapshot, List.of(TABLE), number));
    for (String row : rows) {
      events.add(new Change.Upsert(position, TABLE, row, "{\"_id\":\"" + row + "\"}", TS, true));
    }
    events.add(new Marker.SnapshotEnd(position, snapshot, List.of(TABLE), number));
    events.add(new Marker.Resolved(position, Optional.empty(), number));
    return events;
  }

  private void put(List<LogEvent> events) {
    core.put(
        events.stream()
            .map(
                event ->
                    new PlacedRecord(
                        new LogRecord(ORIGIN, event), new InputPlace.Topic("app.log", 0, ++offset)))
            .toList());
  }
}
