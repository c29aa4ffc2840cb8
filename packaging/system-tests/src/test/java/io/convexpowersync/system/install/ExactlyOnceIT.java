package io.convexpowersync.system.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.client.ConvexClientConfig;
import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.DeltaPageEnd;
import io.convexpowersync.client.DocumentReader;
import io.convexpowersync.client.HttpConvexDeployment;
import io.convexpowersync.client.Selection;
import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.emulator.EmulatorOptions;
import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.emulator.ValueFormat;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Position;
import io.convexpowersync.system.Storage;
import io.convexpowersync.system.TodoWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The source with exactly-once support, in workers that are killed as by {@code kill -9} while it
 * reads a snapshot and while it follows the log: a consumer that reads committed records gets every
 * change once and in order.
 */
class ExactlyOnceIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int TODOS = 2_000;
  private static final String NAME = "convex";

  @TempDir Path directory;

  /** Set so that the broker does not see times of the future, which it refuses. */
  private final AtomicLong idleNanos = new AtomicLong(-Duration.ofDays(20).toNanos());

  private final AtomicBoolean stop = new AtomicBoolean();
  private ConvexEmulator emulator;
  private TodoWorkload workload;
  private CompletableFuture<Void> writer;
  private Cluster cluster;
  private CommittedLog log;

  @BeforeEach
  void start() throws Exception {
    EmulatorOptions.Limits limits = EmulatorOptions.Limits.DEFAULTS.withPages(100, 128);
    emulator =
        ConvexEmulator.start(EmulatorOptions.defaults().withClock(this::now).withLimits(limits));
    emulator.switches().snapshotRowTime(Duration.ofMillis(1));
    workload = new TodoWorkload(emulator, 5);
    workload.populate(20, 40, TODOS);
    cluster = Cluster.start(directory, Files.createDirectories(directory.resolve("neighbours")));
    log = new CommittedLog(cluster.bootstrapServers(), "app.log");
  }

  @AfterEach
  void stop() throws Exception {
    stop.set(true);
    if (log != null) {
      log.close();
    }
    if (cluster != null) {
      cluster.close();
    }
    emulator.close();
  }

  private long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano() + idleNanos.get();
  }

  @Test
  void everyChangeIsCommittedOnceThoughWorkersAreKilledAndIdleTimeExceedsRetention()
      throws Exception {
    Worker first = cluster.startWorker("kafka-4.3").awaitReady();
    first.send("POST", "/connectors", source().toString());
    writer = CompletableFuture.runAsync(this::write);
    await(() -> emulator.counters().snapshotDocuments() > TODOS / 3);
    Worker second = cluster.startWorker("kafka-4.3");
    first.process().kill();

    second.awaitReady().awaitState(NAME, "RUNNING");
    awaitCommitted();
    second.send("POST", "/connectors/" + NAME + "/restart?includeTasks=true", "");
    awaitCommitted();
    Worker third = cluster.startWorker("kafka-4.3");
    second.process().kill();

    third.awaitReady().awaitState(NAME, "RUNNING");
    awaitCommitted();
    stop.set(true);
    writer.join();
    awaitCommitted();
    checkEveryChange();
    checkState();
    idleForLongerThanRetention(third);
    checkState();
  }

  /** The offset moves on an idle deployment, so that it is young enough whenever it is needed. */
  private void idleForLongerThanRetention(Worker worker) throws Exception {
    emulator.switches().idleBumps(true);
    long walks = emulator.counters().requests("/api/list_snapshot");
    for (int day = 0; day < 16; day++) {
      long polls = emulator.counters().requests("/api/document_deltas");
      idleNanos.addAndGet(Duration.ofDays(1).toNanos());
      await(() -> emulator.counters().requests("/api/document_deltas") > polls + 1);
    }
    awaitCommitted();
    worker.send("PUT", "/connectors/" + NAME + "/stop", "");
    worker.awaitState(NAME, "STOPPED");
    emulator.expireBefore(emulator.head() - Duration.ofDays(2).toNanos());
    workload.mutate();
    worker.send("PUT", "/connectors/" + NAME + "/resume", "");
    worker.awaitState(NAME, "RUNNING");
    awaitCommitted();
    assertThat(emulator.counters().requests("/api/list_snapshot")).isEqualTo(walks);
  }

  private ObjectNode source() throws IOException {
    ObjectNode source =
        new Examples(directory, cluster.plugins(), emulator)
            .load("convex-source", "exactly-once.json");
    ((ObjectNode) source.get("config"))
        .put("table.topics", "false")
        .put("heartbeat.interval.ms", "200")
        .put("poll.interval.ms", "100");
    return source;
  }

  private void write() {
    while (!stop.get()) {
      workload.mutate();
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  /** Waits until what there is now has been committed. */
  private void awaitCommitted() {
    log.awaitResolved(emulator.head());
  }

  private static void await(BooleanSupplier condition) {
    Storage.await(LIMIT, condition);
  }

  private void checkState() {
    SortedMap<TablePath, SortedMap<String, String>> expected = new TreeMap<>();
    emulator
        .stateAt(emulator.head())
        .forEach(
            ValueFormat.EXPORT_JSON,
            (table, id, json) ->
                expected.computeIfAbsent(table, any -> new TreeMap<>()).put(id, json));
    assertThat(log.state().keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (table, documents) ->
            assertSame(table.toString(), log.state().get(table).entrySet(), documents.entrySet()));
  }

  /** The log has the snapshot, and then exactly what the deployment's own log has. */
  private void checkEveryChange() {
    List<String> snapshot = new ArrayList<>();
    List<String> commits = new ArrayList<>();
    long pin = 0;
    Position lastChange = Position.ZERO;
    Position lastMarker = Position.ZERO;
    for (LogEvent event : log.events()) {
      if (event instanceof Change change) {
        assertThat(change.position()).as("no marker in a commit").isNotEqualTo(lastMarker);
        lastChange = change.position();
        (change.position().seq() == 0 ? commits : snapshot).add(text(change));
        pin = change.position().seq() == 0 ? pin : change.position().ts();
      } else if (event.position().equals(lastChange) && lastChange.seq() == 0) {
        lastMarker = lastChange;
      }
    }
    List<String> tables = new ArrayList<>();
    emulator.stateAt(pin).forEach(ValueFormat.EXPORT_JSON, (table, id, json) -> tables.add(json));
    Collections.sort(snapshot);
    Collections.sort(tables);
    assertSame("rows of the snapshot", snapshot, tables);
    assertSame("changes after it", commits, deltas(pin));
  }

  /** Names the first difference alone: there are thousands of documents. */
  private static <T> void assertSame(String what, Collection<T> committed, Collection<T> expected) {
    Iterator<T> rest = expected.iterator();
    int index = 0;
    for (T element : committed) {
      assertThat(rest.hasNext()).as("%s: %d are expected", what, index).isTrue();
      assertThat(element).as("%s, number %d", what, index++).isEqualTo(rest.next());
    }
    assertThat(index).as(what).isEqualTo(expected.size());
  }

  private static String text(Change change) {
    if (change instanceof Change.Upsert upsert) {
      return upsert.snapshot() ? upsert.document() : upsert.commitTs() + upsert.document();
    }
    return change.position().ts() + ((Change.Delete) change).id();
  }

  private List<String> deltas(long cursor) {
    List<String> rows = new ArrayList<>();
    ConvexClientConfig config = ConvexClientConfig.of(emulator.url(), emulator.adminKey(), "1.0.0");
    try (HttpConvexDeployment deployment = new HttpConvexDeployment(config)) {
      boolean more = true;
      for (long from = cursor; more; ) {
        try (DocumentReader<DeltaPageEnd> page =
            deployment.documentDeltas(from, Selection.EVERYTHING)) {
          for (ConvexDocument row = page.next(); row != null; row = page.next()) {
            rows.add(row.commitTs() + (row.deleted() ? row.id() : row.json()));
          }
          from = page.end().cursor();
          more = page.end().hasMore();
        }
      }
    }
    return rows;
  }
}
