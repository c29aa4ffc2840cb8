package io.convexpowersync.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.TableId;
import io.convexpowersync.sink.InputPlace;
import io.convexpowersync.sink.PlacedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PolledRecordsTest {
  private static final int LARGE = 5 << 20;

  private final PolledRecords polled = new PolledRecords();
  private final List<PlacedRecord> added = new ArrayList<>();

  @Test
  void givesEverythingThatWasPolledMeanwhileAtOnceAndInOrder() throws InterruptedException {
    polled.add(poll(3, 10));
    polled.add(poll(2, 10));
    assertThat(polled.take()).isEqualTo(added).hasSize(5);
    List<PlacedRecord> next = poll(1, 10);
    polled.add(next);
    assertThat(polled.take()).isEqualTo(next);
  }

  @Test
  void waitsWhileThereAreTooManyRecords() throws Exception {
    polled.add(poll(PolledRecords.MOST_RECORDS, 0));
    assertNextWaitsUntilTaken();
  }

  @Test
  void waitsWhileDocumentsAreTooLarge() throws Exception {
    polled.add(poll(1, LARGE));
    assertNextWaitsUntilTaken();
  }

  private void assertNextWaitsUntilTaken() throws Exception {
    List<PlacedRecord> next = poll(1, 10);
    Thread adding = adding(next, new CompletableFuture<>());
    awaitState(adding, Thread.State.WAITING);
    assertThat(polled.take()).isEqualTo(added.subList(0, added.size() - 1));
    adding.join();
    assertThat(polled.take()).isEqualTo(next);
  }

  @Test
  void waitsUntilRowsOfASnapshotAreWritten() throws Exception {
    List<PlacedRecord> rows = poll(2, 10, true);
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    Thread adding = adding(rows, result);
    assertThat(polled.take()).isEqualTo(rows);
    awaitState(adding, Thread.State.WAITING);
    assertThat(result).isNotDone();
    Thread next = new Thread(this::takeNothing);
    next.setDaemon(true);
    next.start();
    assertThat(result.get(10, TimeUnit.SECONDS)).isTrue();
    polled.close();
    next.join();
  }

  private void takeNothing() {
    try {
      polled.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void closingEndsBothSidesAndDropsTheRest() throws Exception {
    polled.add(poll(1, LARGE));
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    awaitState(adding(poll(1, 10), result), Thread.State.WAITING);
    polled.close();
    assertThat(result.get(10, TimeUnit.SECONDS)).isFalse();
    assertThat(polled.take()).isEmpty();
  }

  private Thread adding(List<PlacedRecord> records, CompletableFuture<Boolean> result) {
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(polled.add(records));
              } catch (InterruptedException e) {
                result.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void awaitState(Thread thread, Thread.State state) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (thread.getState() != state) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private List<PlacedRecord> poll(int count, int characters) {
    return poll(count, characters, false);
  }

  private List<PlacedRecord> poll(int count, int characters, boolean snapshot) {
    List<PlacedRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Position position = new Position(added.size() + 1, 0);
      Change change =
          new Change.Upsert(
              position,
              new TableId("", "todos"),
              "id" + position.ts(),
              "x".repeat(characters),
              position.ts(),
              snapshot);
      PlacedRecord record =
          new PlacedRecord(
              new LogRecord(new LogOrigin("deployment", "convex", "1"), change),
              new InputPlace.SourceConnector(Map.of("ts", position.ts())));
      records.add(record);
      added.add(record);
    }
    return records;
  }
}
