package io.convexpowersync.source.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.DeltaPageEnd;
import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.SourceOffsetCodec;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random histories: commits at any moment, pages cut anywhere, transfers that break, and tasks that
 * are killed after any record and go on from any offset that Connect may have stored by then; and
 * operators who ask for snapshots and stop them.
 */
final class CrashPropertyTest {
  private static final TableId LATE = TableId.root("late");
  private static final TableId SECRET = TableId.root("secret");
  private static final List<TableId> TABLES =
      List.of(
          TableId.root("a"),
          TableId.root("b"),
          new TableId("parent/child", "a"),
          SECRET,
          TableId.POWERSYNC_CHECKPOINTS);

  @Property(tries = 1500)
  void everyPublishedStateEqualsTheDeploymentUnderCrashes(@ForAll long seed) {
    History history = new History(new Random(seed));
    history.play();
  }

  /** One history: a deployment, its log topic, a reader of it, and tasks one after the other. */
  private static final class History {
    private final Random random;
    private final ModelDeployment deployment = new ModelDeployment();
    private final ManualClock clock = new ManualClock();
    private final LogReader reader = new LogReader(deployment);
    private final SnapshotMode mode;
    private Predicate<TableId> captured = table -> !table.equals(SECRET);
    private String filter = "public";
    private final List<SnapshotCommand> signals = new ArrayList<>();
    private int snapshots;
    private long expired;

    History(Random random) {
      this.random = random;
      this.mode =
          List.of(SnapshotMode.INITIAL, SnapshotMode.WHEN_NEEDED, SnapshotMode.ALWAYS)
              .get(random.nextInt(3));
    }

    private void play() {
      for (int i = random.nextInt(8); i > 0; i--) {
        commit(TABLES);
      }
      Optional<SourceOffset> stored = Optional.empty();
      for (int crashes = random.nextInt(5); crashes > 0; crashes--) {
        if (random.nextInt(4) == 0) {
          captured = table -> true;
          filter = "all";
        }
        Run run = new Run(stored);
        for (int steps = random.nextInt(12); steps > 0; steps--) {
          run.step();
        }
        stored = crash(run, stored);
      }
      if (signals.stream().anyMatch(SnapshotCommand.Stop.class::isInstance)) {
        // Nobody serves tables whose snapshot was stopped, before there is a new one.
        signals.add(new SnapshotCommand.Take(table -> true));
      }
      Run last = new Run(stored);
      long head = deployment.head();
      // The first steps find out whether there is something to do that the offset does not tell.
      for (int steps = 0; steps < 3 || !last.isDone(head); steps++) {
        assertThat(steps).as("steps without an end").isLessThan(400);
        last.finish();
      }
      reader.read(last.events());
      assertThat(reader.published().ts()).isGreaterThanOrEqualTo(head);
      Set<TableId> expected = new HashSet<>(deployment.tables());
      expected.removeIf(t -> t.equals(TableId.POWERSYNC_CHECKPOINTS) || !captured.test(t));
      assertThat(reader.tables().keySet()).containsAll(expected);
      assertThat(reader.tables().values()).allMatch(status -> status == TableStatus.COMPLETE);
    }

    /** Some records arrive, and of those, some are acknowledged before the offset is stored. */
    private Optional<SourceOffset> crash(Run run, Optional<SourceOffset> stored) {
      int arrived = random.nextInt(run.written.size() + 1);
      int acknowledged = random.nextInt(3) == 0 ? arrived : random.nextInt(arrived + 1);
      reader.read(run.events().subList(0, arrived));
      clock.advance(1);
      Optional<SourceOffset> newest =
          acknowledged == 0 ? stored : run.written.get(acknowledged - 1).offset();
      if (random.nextInt(20) == 0) {
        return Optional.empty();
      }
      return newest.map(SourceOffsetCodec::encode).map(SourceOffsetCodec::decode);
    }

    private void commit(List<TableId> tables) {
      Map<String, ModelDeployment.Write> writes = new HashMap<>();
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        TableId table = tables.get(random.nextInt(tables.size()));
        String id = "id" + (char) ('a' + random.nextInt(7));
        String json = random.nextInt(4) == 0 ? null : "{\"n\":" + random.nextInt(1000) + "}";
        writes.put(table + id, new ModelDeployment.Write(table, id, json));
      }
      deployment.commit(List.copyOf(writes.values()));
    }

    /** One task. */
    private final class Run {
      private final ChangeStream stream;
      private final List<Emission> written = new ArrayList<>();
      private Optional<Position> lastResolved;
      private Position lastPosition;
      private long nextIndex;

      Run(Optional<SourceOffset> stored) {
        this.lastResolved = stored.flatMap(SourceOffset::lastResolved);
        this.lastPosition = stored.map(SourceOffset::position).orElse(Position.ZERO);
        this.nextIndex = stored.map(SourceOffset::unresolved).orElse(0L);
        this.stream =
            new ChangeStream(
                new StreamSettings(
                    captured,
                    filter,
                    mode,
                    20 * random.nextInt(2),
                    500,
                    true,
                    DropHandling.TRUNCATE,
                    100),
                stored,
                () -> new SnapshotId("s" + snapshots++),
                clock,
                CommandReader.NONE);
      }

      List<LogEvent> events() {
        return written.stream().map(Emission::event).toList();
      }

      boolean isDone(long head) {
        return stream.offset().orElse(null) instanceof SourceOffset.Streaming streaming
            && streaming.lastResolved().filter(at -> at.ts() >= head).isPresent()
            && streaming.capture().tables(TableStatus.PENDING).isEmpty()
            && streaming.capture().requested().isEmpty()
            && streaming.capture().nextSignal().orElse(0) == signals.size()
            && stream.request() instanceof Request.DeltaPage;
      }

      void finish() {
        readSignals();
        exchange(Integer.MAX_VALUE);
        clock.advance(1000);
        take();
      }

      void step() {
        if (random.nextInt(3) == 0) {
          List<TableId> tables = new ArrayList<>(TABLES);
          tables.add(LATE);
          commit(random.nextInt(3) == 0 ? tables : TABLES);
        } else if (random.nextInt(6) == 0) {
          deployment.bump();
        }
        clock.advance(random.nextInt(40));
        if (mode == SnapshotMode.WHEN_NEEDED && random.nextInt(15) == 0) {
          expired = deployment.head();
          deployment.bump();
        }
        if (random.nextInt(12) == 0) {
          List<TableId> wanted = List.of(TABLES.get(random.nextInt(4)), TABLES.get(0));
          signals.add(
              random.nextInt(4) == 0
                  ? new SnapshotCommand.Stop()
                  : new SnapshotCommand.Take(wanted::contains));
        }
        readSignals();
        exchange(random.nextInt(6));
        take();
      }

      /** The topic of signals is read from where the offset says. */
      private void readSignals() {
        if (stream.offset().isPresent()) {
          int next = (int) stream.offset().get().capture().nextSignal().orElse(0);
          SignalQueue queue = new SignalQueue();
          for (int i = next; i < signals.size(); i++) {
            queue.add(new Signal(Optional.of(signals.get(i)), OptionalLong.of(i + 1)));
          }
          queue.next(stream).ifPresent(stream::signal);
        }
      }

      /** One request, whose answer breaks off after some rows if there are more than that. */
      private void exchange(int breaksAfter) {
        Request request = stream.request();
        if (isExpired(request)) {
          assertThat(stream.positionLost()).isTrue();
        } else if (request instanceof Request.Discovery) {
          long head = deployment.head();
          if (random.nextInt(3) == 0) {
            commit(TABLES);
          }
          stream.discovered(head, deployment.tables());
        } else if (request instanceof Request.Tables) {
          stream.listed(deployment.tables());
        } else if (request instanceof Request.SnapshotPage page) {
          ModelDeployment.Page<SnapshotPageEnd> answer =
              deployment.snapshot(page.pin(), page.page(), page.tables(), 1 + random.nextInt(4));
          if (feed(answer.rows(), stream::snapshotRow, breaksAfter)) {
            stream.snapshotPageEnded(answer.end());
          }
        } else if (request instanceof Request.DeltaPage page) {
          ModelDeployment.Page<DeltaPageEnd> answer =
              deployment.deltas(page.cursor(), 1 + random.nextInt(5));
          if (feed(answer.rows(), stream::deltaRow, breaksAfter)) {
            stream.deltaPageEnded(answer.end());
          }
        }
      }

      private boolean isExpired(Request request) {
        return request instanceof Request.DeltaPage page && page.cursor() <= expired
            || request instanceof Request.SnapshotPage snapshot && snapshot.pin() <= expired;
      }

      private boolean feed(
          List<ConvexDocument> rows, Consumer<ConvexDocument> sink, int breaksAfter) {
        int count = 0;
        for (ConvexDocument row : rows) {
          if (count++ == breaksAfter) {
            stream.interrupted();
            return false;
          }
          sink.accept(row);
          if (random.nextInt(3) == 0) {
            take();
          }
        }
        return true;
      }

      private void take() {
        List<Emission> batch = stream.take();
        Set<Position> commits = new HashSet<>();
        for (Emission emission : batch) {
          LogEvent event = emission.event();
          assertThat(event.position()).isGreaterThanOrEqualTo(lastPosition);
          lastPosition = event.position();
          checkOffset(emission);
          checkIndex(emission);
          if (event instanceof Marker.Resolved resolved) {
            assertThat(resolved.previous()).isEqualTo(lastResolved);
            lastResolved = Optional.of(resolved.position());
          } else if (event instanceof Change change && change.position().seq() == 0) {
            commits.add(change.position());
          }
        }
        written.forEach(
            earlier -> {
              if (earlier.event() instanceof Change) {
                assertThat(commits)
                    .as("a commit in two batches")
                    .doesNotContain(earlier.event().position());
              }
            });
        if (!batch.isEmpty()) {
          assertThat(batch.get(batch.size() - 1).offset()).isEqualTo(stream.offset());
        }
        written.addAll(batch);
      }

      /** A task goes on at the index that the one before it had at the stored offset. */
      private void checkIndex(Emission emission) {
        assertThat(emission.index()).isEqualTo(nextIndex);
        if (emission.event() instanceof Marker.Resolved) {
          nextIndex = 0;
        } else if (emission.event().position().isAfter(lastResolved.orElse(Position.ZERO))) {
          nextIndex++;
        }
        if (emission.boundary()) {
          assertThat(emission.offset().orElseThrow().unresolved()).isEqualTo(nextIndex);
        }
      }

      private void checkOffset(Emission emission) {
        if (emission.event() instanceof Change && !emission.boundary()) {
          emission
              .offset()
              .ifPresent(
                  offset ->
                      assertThat(
                              offset.position().ts() < emission.event().position().ts()
                                  || offset instanceof SourceOffset.Snapshotting)
                          .as("an offset inside a commit")
                          .isTrue());
        }
      }
    }
  }
}
