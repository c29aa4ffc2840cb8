package io.convexpowersync.sink;

import static io.convexpowersync.sink.OneTable.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.sink.log.LogState;
import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.StorageException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Records of a log with transactions that are given again after a commit has failed. */
class RedeliveryFlowTest {
  private static final LogOrigin ORIGIN = new LogOrigin("tidy-otter-7", "app", "test");
  private static final long TS = 1_700_000_000_000_000_000L;
  private static final Position PIN = new Position(TS, 1);

  /** Two rows fill a transaction, and a hole would hold everything back for an hour. */
  private static final SinkOptions OPTIONS =
      new SinkOptions(
          2,
          1 << 20,
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ofHours(1),
          Duration.ZERO,
          Duration.ZERO,
          false);

  private final Deque<FakeStorage.Fault> faults = new ArrayDeque<>();
  private final FakeStorage storage =
      OneTable.storage(() -> faults.isEmpty() ? FakeStorage.Fault.NONE : faults.remove());
  private final SinkCore core =
      new SinkCore(storage, LogHistory.none("not here"), OPTIONS, Clock.systemUTC());

  /** The transaction of 105 ends at offset 6, where readers see nothing. */
  private final List<PlacedRecord> batch =
      List.of(
          at(4, 0, change(105)),
          at(5, 1, resolved(Position.ofCommit(TS + 105), PIN)),
          at(7, 0, change(106)),
          at(8, 1, change(107)),
          at(9, 2, resolved(Position.ofCommit(TS + 107), Position.ofCommit(TS + 105))));

  @Test
  void whatWasDurableBeforeTheFailureTellsOfNoHole() {
    snapshot();
    faults.add(FakeStorage.Fault.NONE);
    faults.add(FakeStorage.Fault.FAIL_BEFORE);
    assertThatThrownBy(() -> core.put(batch)).isInstanceOf(StorageException.class);
    assertThat(core.durablePlace()).hasValue(batch.get(2).after());

    core.put(batch);
    assertPublished();
  }

  @Test
  void aBatchThatWasDurableAsAWholeIsNotWrittenAgain() {
    snapshot();
    faults.add(FakeStorage.Fault.NONE);
    faults.add(FakeStorage.Fault.FAIL_AFTER);
    assertThatThrownBy(() -> core.put(batch)).isInstanceOf(StorageException.class);
    int commits = storage.newest().commits;

    core.put(batch);
    assertPublished();
    assertThat(storage.newest().commits).isEqualTo(commits);
  }

  @Test
  void aLogThatBeginsAgainAtEarlierPlacesIsRead() {
    snapshot();
    core.put(batch);
    List<PlacedRecord> other =
        List.of(
            at(0, 0, change(108)),
            at(1, 1, change(109)),
            at(9, 2, change(110)),
            at(10, 3, resolved(Position.ofCommit(TS + 110), Position.ofCommit(TS + 107))));
    faults.add(FakeStorage.Fault.FAIL_BEFORE);
    assertThatThrownBy(() -> core.put(other)).isInstanceOf(StorageException.class);

    core.put(other);
    assertThat(storage.newest().rows).containsKeys("a/d108", "a/d109", "a/d110");
  }

  @Test
  void aTruncateThatIsGoneBeforeItsEffectsAreDurableIsAHole() {
    snapshot();
    PlacedRecord truncate = at(4, 0, new Change.Truncate(new Position(TS, 10), TABLE));
    List<PlacedRecord> behind =
        List.of(at(5, 1, change(105)), at(6, 2, resolved(Position.ofCommit(TS + 105), PIN)));
    faults.add(FakeStorage.Fault.NONE);
    faults.add(FakeStorage.Fault.FAIL_BEFORE);
    assertThatThrownBy(() -> core.put(List.of(truncate))).isInstanceOf(StorageException.class);
    assertThat(storage.newest().rows).containsKey("a/d1");

    core.put(behind);
    assertThat(core.live().orElseThrow().gapNoticedMs()).isPresent();
    assertThat(storage.newest().published).hasValue(new Lsn(TS));
  }

  private void assertPublished() {
    assertThat(core.live().map(LogState::gapNoticedMs)).hasValue(OptionalLong.empty());
    assertThat(storage.newest().published).hasValue(new Lsn(TS + 107));
    assertThat(storage.newest().rows).containsOnlyKeys("a/d1", "a/d105", "a/d106", "a/d107");
  }

  private void snapshot() {
    SnapshotId id = new SnapshotId("s1");
    core.put(
        List.of(
            at(0, 0, new Marker.SnapshotBegin(PIN, id, List.of(TABLE), 1)),
            at(1, 1, new Change.Upsert(PIN, TABLE, "d1", "{\"_id\":\"d1\"}", TS, true)),
            at(2, 2, new Marker.SnapshotEnd(PIN, id, List.of(TABLE), 1)),
            at(3, 3, new Marker.Resolved(PIN, Optional.empty(), 1))));
  }

  private static LogEvent change(long number) {
    String id = "d" + number;
    return new Change.Upsert(
        Position.ofCommit(TS + number), TABLE, id, "{\"_id\":\"" + id + "\"}", TS + number, false);
  }

  private static LogEvent resolved(Position position, Position previous) {
    return new Marker.Resolved(position, Optional.of(previous), 1);
  }

  private static PlacedRecord at(int offset, long index, LogEvent event) {
    return new PlacedRecord(
        new LogRecord(ORIGIN, event, OptionalLong.of(index)),
        new InputPlace.Topic("app.log", 0, offset + 1));
  }
}
