package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A task against the emulator, over HTTP: what the log topic holds. */
final class SnapshotAndStreamTest {
  private static final TablePath USERS = TablePath.root("users");

  private ConvexEmulator emulator;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @Test
  void readsEverythingAtOneTimestampBetweenMarkers() {
    emulator.commit(tx -> tx.insert(USERS, "{\"name\":\"Ada\",\"age\":36}"));
    long pin = emulator.commit(tx -> tx.insert(USERS, "{\"name\":\"Alan\",\"age\":41.0}"));
    try (TaskHarness task = TaskHarness.start(TaskHarness.logOnly(emulator)).pollTo(pin)) {
      List<LogEvent> events = task.events();
      assertThat(events).extracting(LogEvent::position).containsOnly(events.get(0).position());
      assertThat(events.get(0).position()).isGreaterThan(Position.ofCommit(pin));
      assertThat(events.get(0).position().ts()).isEqualTo(pin);
      assertThat(events.get(0)).isInstanceOf(Marker.SnapshotBegin.class);
      assertThat(events.get(1))
          .isInstanceOfSatisfying(
              Marker.TableChanged.class,
              changed -> {
                assertThat(changed.table()).isEqualTo(TableId.root("users"));
                assertThat(changed.status()).isEqualTo(TableStatus.PENDING);
              });
      assertThat(events.subList(2, 4)).allMatch(e -> e instanceof Change.Upsert u && u.snapshot());
      assertThat(events.subList(2, 4).toString()).contains("\"age\":36,", "\"age\":41.0,");
      assertThat(events.get(4)).isInstanceOf(Marker.SnapshotEnd.class);
      assertThat(events.get(5))
          .isInstanceOfSatisfying(
              Marker.TableChanged.class,
              changed -> assertThat(changed.status()).isEqualTo(TableStatus.COMPLETE));
      assertThat(events.get(6))
          .isInstanceOfSatisfying(
              Marker.Resolved.class, resolved -> assertThat(resolved.previous()).isEmpty());
      assertThat(events).hasSize(7);
    }
  }

  @Test
  void followsTheLogFromThePinOn() {
    long pin = emulator.commit(tx -> tx.insert(USERS, "{\"name\":\"Ada\"}"));
    try (TaskHarness task = TaskHarness.start(TaskHarness.logOnly(emulator)).pollTo(pin)) {
      int before = task.events().size();
      String[] id = new String[1];
      long inserted = emulator.commit(tx -> id[0] = tx.insert(USERS, "{\"name\":\"Alan\"}"));
      long deleted = emulator.commit(tx -> tx.delete(USERS, id[0]));
      task.pollTo(deleted);

      List<LogEvent> events = task.events();
      List<LogEvent> changes =
          events.subList(before, events.size()).stream().filter(Change.class::isInstance).toList();
      assertThat(changes)
          .extracting(LogEvent::position)
          .containsExactly(Position.ofCommit(inserted), Position.ofCommit(deleted));
      assertThat(changes.get(1))
          .isEqualTo(new Change.Delete(Position.ofCommit(deleted), TableId.root("users"), id[0]));
      assertMarkersNamePredecessors(events);
    }
  }

  @Test
  void aCheckpointRowMovesOnlyThePosition() {
    long pin = emulator.commit(tx -> tx.insert(USERS, "{\"name\":\"Ada\"}"));
    try (TaskHarness task = TaskHarness.start(TaskHarness.logOnly(emulator)).pollTo(pin)) {
      int before = task.events().size();
      long checkpoint =
          emulator.commit(
              tx -> tx.insert(TablePath.root("powersync_checkpoints"), "{\"last_updated\":1.0}"));
      task.pollTo(checkpoint);
      assertThat(task.events().subList(before, task.events().size()))
          .allMatch(Marker.Resolved.class::isInstance);
    }
  }

  private static void assertMarkersNamePredecessors(List<LogEvent> events) {
    Optional<Position> previous = Optional.empty();
    for (LogEvent event : events) {
      if (event instanceof Marker.Resolved resolved) {
        assertThat(resolved.previous()).isEqualTo(previous);
        previous = Optional.of(resolved.position());
      }
    }
  }
}
