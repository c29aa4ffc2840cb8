package io.convexpowersync.sink.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.TableId;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MarkerWatchTest {
  private static final TableId TODOS = new TableId("", "todos");

  private long nowMs = 1_800_000_000_000L;
  private final MarkerWatch watch = new MarkerWatch();

  private LogEvent change(int ageSeconds) {
    return new Change.Delete(position(ageSeconds), TODOS, "a");
  }

  private LogEvent snapshotRow() {
    return new Change.Upsert(position(0), TODOS, "a", "{}", 500, true);
  }

  private LogEvent marker() {
    return new Marker.Resolved(position(0), Optional.empty(), nowMs);
  }

  private Position position(int ageSeconds) {
    return Position.ofCommit(TimeUnit.MILLISECONDS.toNanos(nowMs - ageSeconds * 1_000L));
  }

  @Test
  void noticesThatChangesComeWithoutMarkersForAMinute() {
    assertThat(after(0, () -> change(1))).isFalse();
    assertThat(after(59, () -> change(1))).isFalse();
    assertThat(after(1, () -> change(1))).isTrue();
    assertThat(after(30, () -> change(1))).isTrue();
    assertThat(after(0, this::marker)).isFalse();
  }

  @Test
  void aMarkerNowAndThenIsEnough() {
    for (int minute = 0; minute < 5; minute++) {
      assertThat(after(40, () -> change(1))).isFalse();
      assertThat(after(20, this::marker)).isFalse();
    }
  }

  @Test
  void aQuietLogIsNotWithoutMarkers() {
    assertThat(after(0, this::marker)).isFalse();
    assertThat(after(3_600, () -> change(1))).isFalse();
  }

  @Test
  void rowsOfALongSnapshotHaveNoMarkersBetweenThem() {
    for (int minute = 0; minute < 5; minute++) {
      assertThat(after(60, this::snapshotRow)).isFalse();
    }
  }

  @Test
  void inAnOldPartOfTheLogCompactionMayHaveTakenTheMarkers() {
    for (int minute = 0; minute < 5; minute++) {
      assertThat(after(60, () -> change(600))).isFalse();
    }
  }

  private boolean after(int seconds, Supplier<LogEvent> event) {
    nowMs += seconds * 1_000L;
    watch.accept(event.get(), nowMs);
    return watch.isOverdue();
  }
}
