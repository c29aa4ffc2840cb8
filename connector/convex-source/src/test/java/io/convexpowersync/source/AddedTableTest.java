package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables that come later: by a change of the configuration, or in the deployment. */
final class AddedTableTest {
  private static final TablePath USERS = TablePath.root("users");
  private static final TablePath TODOS = TablePath.root("todos");
  private static final TableId TODOS_ID = TableId.root("todos");

  private ConvexEmulator emulator;
  private Map<String, String> properties;

  @BeforeEach
  void startEmulator() throws IOException {
    emulator = ConvexEmulator.start();
    properties = TaskHarness.logOnly(emulator);
    emulator.commit(tx -> tx.insert(USERS, "{\"n\":1}"));
  }

  @AfterEach
  void stopEmulator() {
    emulator.close();
  }

  @Test
  void aTableAddedToTheListGetsASnapshotOfItsOwn() {
    emulator.commit(tx -> tx.insert(TODOS, "{\"n\":1}"));
    properties.put("table.include.list", "users");
    Map<String, ?> offset;
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      assertThat(task.events()).noneMatch(e -> e instanceof Change c && c.table().equals(TODOS_ID));
      offset = task.lastOffset().orElseThrow();
    }
    properties.put("table.include.list", "users,todos");
    try (TaskHarness task = TaskHarness.resume(properties, offset)) {
      task.pollUntil(now -> now.capture().tables().get(TODOS_ID) == TableStatus.COMPLETE);
      assertThat(task.events())
          .filteredOn(Change.class::isInstance)
          .singleElement()
          .matches(e -> e instanceof Change.Upsert u && u.snapshot() && u.table().equals(TODOS_ID));
      assertThat(task.events())
          .filteredOn(Marker.SnapshotBegin.class::isInstance)
          .singleElement()
          .matches(e -> ((Marker.SnapshotBegin) e).tables().equals(List.of(TODOS_ID)));
    }
  }

  @Test
  void aTableCreatedWhileTheTaskIsDownNeedsNoSnapshot() {
    Map<String, ?> offset;
    try (TaskHarness task = TaskHarness.start(properties).pollTo(emulator.head())) {
      offset = task.lastOffset().orElseThrow();
    }
    emulator.commit(tx -> tx.insert(TODOS, "{\"n\":1}"));
    try (TaskHarness task = TaskHarness.resume(properties, offset).pollTo(emulator.head())) {
      assertThat(task.events()).noneMatch(Marker.SnapshotBegin.class::isInstance);
      assertThat(task.offset().orElseThrow().capture().tables())
          .containsEntry(TODOS_ID, TableStatus.COMPLETE);
      assertThat(task.events())
          .anyMatch(e -> e instanceof Change.Upsert u && u.table().equals(TODOS_ID));
    }
  }
}
