package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Position;
import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.streams.SyncStreams;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random histories: source crashes that repeat a suffix, sink crashes between any two transactions,
 * commits that fail before or after they took effect, redelivery from earlier offsets, snapshots
 * that start over, dropped tables, publications that are put off, releases of write checkpoints
 * whenever they are allowed. At every publication the rows must be the deployment's at that
 * position, and at the end everything must be there.
 */
class SinkSimulationTest {
  private static final int HISTORIES = Integer.getInteger("simulation.histories", 2_000);

  private static final String PLAN =
      """
      {"plan":{"version":1,"dataSources":[
      {"hash":1,"table":{"connection":null,"schema":null,"table":"a"},"outputTableName":"a",
       "tableValuedFunctions":[],"filters":[],"partitionBy":[],"columns":["star"]},
      {"hash":2,"table":{"connection":null,"schema":null,"table":"b"},"outputTableName":"b",
       "tableValuedFunctions":[],"filters":[],"partitionBy":[],"columns":["star"]}],
      "buckets":[{"hash":3,"uniqueName":"s|0","sources":[0,1]}],"parameterIndexes":[],"streams":[]},
      "compatibility":{"edition":3,"overrides":{}},"eventDescriptors":{}}
      """;

  private static final SyncStreams STREAMS = SyncStreams.load(PLAN, 1);

  @Test
  void everyPublicationEqualsTheDeploymentAtThatPosition() {
    long publications = 0;
    long releases = 0;
    for (long seed = 0; seed < HISTORIES; seed++) {
      History history = new History(seed);
      publications += history.run();
      releases += history.releases;
    }
    assertThat(publications).isGreaterThan(HISTORIES);
    assertThat(releases).as("of write checkpoints").isGreaterThan(HISTORIES / 4);
  }

  private static final class History {
    private final long seed;
    private final Random random;
    private final SimulatedSource source;
    private final FakeStorage storage;
    private int publications;
    private long releases;
    private int faults = 6;
    private long now = 1_785_412_800_000L;

    History(long seed) {
      this.seed = seed;
      this.random = new Random(~seed);
      this.source = new SimulatedSource(seed);
      this.storage = new FakeStorage(STREAMS, this::fault, this::check);
    }

    int run() {
      List<LogRecord> log = source.run();
      int next = 0;
      SinkCore core = newCore();
      while (next < log.size()) {
        int end = Math.min(log.size(), next + 1 + random.nextInt(12));
        try {
          core.put(placed(log, next, end));
          next = end;
        } catch (StorageException e) {
          assertThat(e.kind()).isEqualTo(StorageException.Kind.TRANSIENT);
        }
        now += random.nextInt(20);
        if (random.nextInt(3) == 0) {
          publishIfDue(core);
        }
        if (random.nextInt(5) == 0) {
          releaseIfAllowed(core);
        }
        if (random.nextInt(15) == 0) {
          core = newCore();
          next = resumeOffset(core);
        }
      }
      publishTheRest(core);
      checkEnd();
      return publications;
    }

    private void publishTheRest(SinkCore core) {
      while (core.publicationDueMs().isPresent()) {
        now += core.publicationDueMs().getAsLong();
        publishIfDue(core);
      }
    }

    /** What the driver does while no records come. */
    private void publishIfDue(SinkCore core) {
      try {
        core.idle();
      } catch (StorageException e) {
        assertThat(e.kind()).isEqualTo(StorageException.Kind.TRANSIENT);
        core.durablePlace();
      }
    }

    /** As if a client's request waited that everything published has reached. */
    private void releaseIfAllowed(SinkCore core) {
      WriteCheckpointRules rules = new WriteCheckpointRules(Duration.ZERO);
      rules.noticed(new Lsn(1_000_000_000_000_000_000L), Long.MAX_VALUE);
      long checkpoint = storage.checkpoint;
      try {
        core.release(rules);
      } catch (StorageException e) {
        assertThat(e.kind()).isEqualTo(StorageException.Kind.TRANSIENT);
      }
      releases += storage.checkpoint - checkpoint;
    }

    private SinkCore newCore() {
      SinkOptions options =
          new SinkOptions(
              1 + random.nextInt(6),
              1 << 20,
              Duration.ofMillis(1 + random.nextInt(40)),
              Duration.ofHours(1),
              Duration.ZERO,
              Duration.ofHours(1),
              Duration.ofMillis(random.nextInt(50)),
              Duration.ZERO);
      InstantSource clock = () -> Instant.ofEpochMilli(now);
      return new SinkCore(
          new StreamDriver.Context(storage, options, clock.withZone(ZoneOffset.UTC)),
          Optional.empty());
    }

    /** Behind what is durable, or earlier: then the broker delivers again. */
    private int resumeOffset(SinkCore core) {
      int durable =
          core.durablePlace().map(place -> (int) ((InputPlace.Topic) place).nextOffset()).orElse(0);
      return random.nextInt(4) == 0 ? random.nextInt(durable + 1) : durable;
    }

    private FakeStorage.Fault fault() {
      if (faults == 0 || random.nextInt(12) > 0) {
        return FakeStorage.Fault.NONE;
      }
      faults--;
      return random.nextBoolean() ? FakeStorage.Fault.FAIL_BEFORE : FakeStorage.Fault.FAIL_AFTER;
    }

    private void check(FakeStorage storage) {
      publications++;
      Position position = StoredPlaceCodec.decode(storage.place.orElseThrow()).log().published();
      assertThat(storage.published.orElseThrow().nanos()).isEqualTo(position.ts());
      assertThat(versions(storage.rows))
          .as("seed %d, position %s", seed, position)
          .isEqualTo(versions(source.stateAt(position)));
    }

    private void checkEnd() {
      Position position = StoredPlaceCodec.decode(storage.place.orElseThrow()).log().published();
      assertThat(position).as("seed %d", seed).isEqualTo(source.head());
    }

    private static TreeMap<String, String> versions(TreeMap<String, String> rows) {
      TreeMap<String, String> versions = new TreeMap<>();
      rows.forEach(
          (key, data) -> versions.put(key, data.replaceAll(".*\"v\":\"?([0-9]+).*", "$1")));
      return versions;
    }

    private static List<PlacedRecord> placed(List<LogRecord> log, int from, int to) {
      List<PlacedRecord> records = new ArrayList<>();
      for (int i = from; i < to; i++) {
        records.add(new PlacedRecord(log.get(i), new InputPlace.Topic("app.log", 0, i + 1)));
      }
      return records;
    }
  }
}
