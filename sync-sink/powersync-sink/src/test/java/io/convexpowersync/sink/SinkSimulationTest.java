package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.Position;
import io.convexpowersync.events.TableStatus;
import io.convexpowersync.sink.log.LogRefusedException;
import io.convexpowersync.sink.log.LogState;
import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.streams.SyncStreams;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random histories: source crashes that repeat a suffix, crashed sources that go on for a while,
 * sink crashes between any two transactions, sinks that go on although they were replaced, commits
 * that fail before or after they took effect, redelivery from earlier offsets, snapshots that start
 * over, dropped tables, added tables, offsets that are put back, a cleaner that removes superseded
 * records, publications that are put off, releases of write checkpoints whenever they are allowed,
 * and streams that are deployed, built beside the live one, replaced while they are built, and
 * handed over to. At every publication, of whichever stream, the rows must be the deployment's at
 * that position; what clients see never goes back; and at the end everything must be there, in the
 * newest stream.
 */
class SinkSimulationTest {
  private static final int HISTORIES = Integer.getInteger("simulation.histories", 2_000);
  private static final long FIRST_SEED = Long.getLong("simulation.first.seed", 0);

  private static final String PLAN =
      """
      {"plan":{"version":1,"dataSources":[
      {"hash":1,"table":{"connection":null,"schema":null,"table":"a"},"outputTableName":"a",
       "tableValuedFunctions":[],"filters":[],"partitionBy":[],"columns":["star"]},
      {"hash":2,"table":{"connection":null,"schema":null,"table":"b"},"outputTableName":"b",
       "tableValuedFunctions":[],"filters":[],"partitionBy":[],"columns":["star"]},
      {"hash":4,"table":{"connection":null,"schema":null,"table":"c"},"outputTableName":"c",
       "tableValuedFunctions":[],"filters":[],"partitionBy":[],"columns":["star"]}],
      "buckets":[{"hash":3,"uniqueName":"s|0","sources":[0,1,2]}],"parameterIndexes":[],"streams":[]},
      "compatibility":{"edition":3,"overrides":{}},"eventDescriptors":{}}
      """;

  private static final SyncStreams STREAMS = SyncStreams.load(PLAN, 1);

  @Test
  void everyPublicationEqualsTheDeploymentAtThatPosition() throws InterruptedException {
    long publications = 0;
    long releases = 0;
    long handOvers = 0;
    long compactions = 0;
    long refusals = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES; seed++) {
      History history = new History(seed);
      try {
        history.run();
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e, e);
      }
      publications += history.publications;
      releases += history.releases;
      handOvers += history.handOvers;
      compactions += history.topic.removals;
      refusals += history.refused ? 1 : 0;
    }
    System.out.printf(
        "simulation: histories=%d publications=%d releases=%d hand-overs=%d removed records=%d"
            + " refused=%d%n",
        HISTORIES, publications, releases, handOvers, compactions, refusals);
    assertThat(refusals).isLessThan(HISTORIES / 100 + 1);
    assertThat(publications).isGreaterThan(HISTORIES);
    assertThat(releases).as("of write checkpoints").isGreaterThan(HISTORIES / 4);
    assertThat(handOvers).as("to streams built beside the live one").isGreaterThan(HISTORIES / 4);
    assertThat(compactions).as("of records").isGreaterThan(HISTORIES);
  }

  private static final class History {
    private static final int LONGEST_END = 500;

    private final long seed;
    private final Random random;
    private final SimulatedSource source;
    private final SimulatedTopic topic;
    private final FakeStorage storage;
    private StreamDriver.Context context;
    private SinkCore core;
    private StreamBuild build;
    private int next;
    private Lsn visible = new Lsn(1_000_000_000_000_000_000L);
    private long publications;
    private long releases;
    private long handOvers;
    private boolean refused;
    private int faults = 6;
    private int deployments = 3;

    History(long seed) {
      this.seed = seed;
      this.random = new Random(~seed);
      this.source = new SimulatedSource(seed);
      this.topic =
          new SimulatedTopic(
              source.run(), source.kind() == SimulatedSource.Kind.EXACTLY_ONCE, random);
      this.storage = new FakeStorage(STREAMS, this::fault, this::check);
    }

    void run() throws InterruptedException {
      newCore();
      while (!refused && (!topic.isWhole() || next < topic.size())) {
        topic.grow(12);
        step();
        if (deployments > 0 && random.nextInt(25) == 0) {
          deployments--;
          storage.deploy();
        }
        if (random.nextInt(15) == 0) {
          crash();
        }
      }
      faults = 0;
      for (int i = 0; i < LONGEST_END && !isEverythingThere() && !refused; i++) {
        topic.pass(1);
        topic.beat();
        step();
      }
      refused |= !isEverythingThere() && isHeldByAZombie();
      assertThat(refused || isEverythingThere())
          .as("seed %d: everything there at the end", seed)
          .isTrue();
    }

    private boolean isEverythingThere() {
      return storage.newest().state == ReplicationStream.State.ACTIVE
          && position(storage.newest()).equals(topic.newestMarker());
    }

    /** Two snapshots at once, neither of which was seen whole: the log waits for another one. */
    private boolean isHeldByAZombie() {
      return source.hadZombies() && core.live().filter(this::lacksSnapshot).isPresent();
    }

    private boolean lacksSnapshot(LogState state) {
      return !state.snapshots().isEmpty()
          || state.tables().values().stream().anyMatch(status -> status != TableStatus.COMPLETE);
    }

    private void step() throws InterruptedException {
      deliver();
      topic.pass(random.nextInt(20));
      if (source.kind() != SimulatedSource.Kind.ZOMBIES && random.nextInt(6) == 0) {
        topic.clean();
      }
      if (random.nextInt(3) == 0) {
        attempt(core::idle);
      }
      if (random.nextInt(5) == 0) {
        releaseIfAllowed();
      }
      if (random.nextInt(3) > 0) {
        buildOn();
      }
    }

    private void deliver() {
      int end = Math.min(topic.size(), next + 1 + random.nextInt(12));
      List<PlacedRecord> records = topic.read(next, end);
      if (attempt(() -> core.put(records))) {
        next = end;
      }
    }

    /** What the drivers of the core do. */
    private boolean attempt(Runnable action) {
      try {
        action.run();
        return true;
      } catch (StorageException e) {
        if (e.kind() == StorageException.Kind.FENCED) {
          newCore();
        }
        assertThat(e.kind()).isNotEqualTo(StorageException.Kind.CONFIGURATION);
      } catch (StreamChangedException e) {
        build = null;
        resume();
      } catch (LogRefusedException e) {
        // Two sources at once may leave a table without a whole snapshot: said, and nothing shown.
        assertThat(source.hadZombies()).as("seed %d: %s", seed, e.getMessage()).isTrue();
        refused = true;
      }
      return false;
    }

    /** The stream beside the live one, as its thread does it. */
    private void buildOn() throws InterruptedException {
      Optional<StreamId> waiting = storage.processing();
      if (build != null && !Optional.of(build.stream()).equals(waiting)) {
        build = null;
      } else if (build == null && waiting.isPresent() && isBesideTheLiveOne(waiting.get())) {
        build = new StreamBuild(core, topic, context, waiting.get());
      }
      for (int i = random.nextInt(4); i > 0 && build != null; i--) {
        advance();
      }
    }

    private boolean isBesideTheLiveOne(StreamId stream) {
      return core.live().isPresent() && !core.written().equals(Optional.of(stream));
    }

    private void advance() throws InterruptedException {
      try {
        if (build.advance()) {
          build = null;
          handOvers++;
        }
      } catch (StorageException e) {
        assertThat(e.kind()).isEqualTo(StorageException.Kind.TRANSIENT);
      }
    }

    /** Another process goes on; the old one may still try to write what it was given. */
    private void crash() {
      SinkCore old = core;
      List<PlacedRecord> given = topic.read(next, Math.min(topic.size(), next + 3));
      if (random.nextInt(6) == 0) {
        storage.visible().ifPresent(this::putBack);
        storage.processing().ifPresent(waiting -> putBack(storage.newest()));
      }
      newCore();
      if (random.nextBoolean() && !given.isEmpty()) {
        try {
          old.put(given);
        } catch (StorageException | StreamChangedException | LogRefusedException e) {
          // Nothing of it may show: that is checked at every publication.
        }
      }
    }

    /** As an operator may do while nobody writes the stream. */
    private void putBack(FakeStorage.Stream stream) {
      Optional<StoredPlace> place = stream.place.map(StoredPlaceCodec::decode);
      Optional<InputPlace> input = place.flatMap(StoredPlace::input);
      if (input.isPresent()) {
        int offset = random.nextInt((int) ((InputPlace.Topic) input.get()).nextOffset() + 1);
        StoredPlace earlier = place.get().movedBackTo(new InputPlace.Topic("app.log", 0, offset));
        stream.place = Optional.of(StoredPlaceCodec.encode(earlier));
      }
    }

    /** As if a client's request waited that everything published has reached. */
    private void releaseIfAllowed() {
      WriteCheckpointRules rules = new WriteCheckpointRules(Duration.ZERO);
      rules.noticed(new Lsn(1_000_000_000_000_000_000L), Long.MAX_VALUE);
      long before = publications;
      try {
        core.release(rules);
      } catch (StorageException e) {
        assertThat(e.kind()).isNotEqualTo(StorageException.Kind.CONFIGURATION);
      }
      releases += publications - before;
    }

    private void newCore() {
      SinkOptions options =
          new SinkOptions(
              1 + random.nextInt(6),
              1 << 20,
              Duration.ofMillis(1 + random.nextInt(40)),
              Duration.ofHours(1),
              Duration.ZERO,
              Duration.ofHours(1),
              Duration.ofMillis(random.nextInt(50)),
              Duration.ZERO,
              false);
      InstantSource clock = () -> Instant.ofEpochMilli(topic.now());
      context =
          new StreamDriver.Context(storage.process(), options, clock.withZone(ZoneOffset.UTC));
      core = new SinkCore(context, Optional.empty());
      build = null;
      resume();
    }

    /** Behind what is durable, or earlier: then the broker delivers again. */
    private void resume() {
      int durable = durableOffset();
      next = random.nextInt(4) == 0 ? random.nextInt(durable + 1) : durable;
    }

    private int durableOffset() {
      return core.durablePlace()
          .map(place -> (int) ((InputPlace.Topic) place).nextOffset())
          .orElse(0);
    }

    private FakeStorage.Fault fault() {
      if (faults == 0 || random.nextInt(12) > 0) {
        return FakeStorage.Fault.NONE;
      }
      faults--;
      return random.nextBoolean() ? FakeStorage.Fault.FAIL_BEFORE : FakeStorage.Fault.FAIL_AFTER;
    }

    private static Position position(FakeStorage.Stream stream) {
      return StoredPlaceCodec.decode(stream.place.orElseThrow()).log().published();
    }

    private void check(FakeStorage.Stream stream) {
      publications++;
      Position position = position(stream);
      Lsn lsn = stream.published.orElseThrow();
      assertThat(lsn.nanos()).isEqualTo(position.ts());
      assertThat(versions(stream.rows))
          .as("seed %d, stream %s, position %s", seed, stream.id, position)
          .isEqualTo(versions(source.stateAt(position)));
      if (stream.state == ReplicationStream.State.ACTIVE) {
        assertThat(lsn).as("seed %d: what clients see", seed).isGreaterThanOrEqualTo(visible);
        visible = lsn;
      }
    }

    private static TreeMap<String, String> versions(TreeMap<String, String> rows) {
      TreeMap<String, String> versions = new TreeMap<>();
      rows.forEach(
          (key, data) -> versions.put(key, data.replaceAll(".*\"v\":\"?([0-9]+).*", "$1")));
      return versions;
    }
  }
}
