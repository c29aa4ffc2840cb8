package io.convexpowersync.sink;

import io.convexpowersync.events.LogEncoder;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;

/**
 * A log topic that is written while it is read, and cleaned: of the records before the cleaner's
 * end only the newest of each key stays. The end lies anywhere, also far beyond the readers, and
 * the records before it go one after the other, the oldest first, while others write and read. With
 * transactions some places hold no record.
 */
final class SimulatedTopic implements LogHistory {
  private final Random random;
  private final List<LogRecord> records;
  private final BitSet removed = new BitSet();
  private final boolean transactions;
  private Set<Integer> kept = Set.of();
  private int cleaned;
  private int cleanEnd;
  private final int source;
  private final Position newestMarker;
  private int written;
  private long now = 1_785_412_800_000L;

  /** Records that the cleaner has removed. */
  long removals;

  /**
   * @param records all that the source writes before it is idle
   */
  SimulatedTopic(List<LogRecord> records, boolean transactions, Random random) {
    this.transactions = transactions;
    this.random = random;
    this.records = new ArrayList<>();
    for (LogRecord record : records) {
      this.records.add(record);
      if (transactions && random.nextInt(4) == 0) {
        addTransactionEnd();
      }
    }
    this.source = this.records.size();
    this.newestMarker =
        records.stream()
            .map(LogRecord::event)
            .filter(Marker.Resolved.class::isInstance)
            .map(LogEvent::position)
            .max(Position::compareTo)
            .orElseThrow();
  }

  /** A place that readers do not see. */
  private void addTransactionEnd() {
    removed.set(records.size());
    records.add(records.get(records.size() - 1));
  }

  long now() {
    return now;
  }

  void pass(long millis) {
    now += millis;
  }

  /** The source writes up to so many more records. */
  void grow(int most) {
    for (int i = random.nextInt(most + 1); i > 0 && written < source; i--) {
      write();
    }
  }

  /** The idle source writes a heartbeat. */
  void beat() {
    records.add(SimulatedSource.heartbeat(newestMarker));
    write();
    if (transactions) {
      addTransactionEnd();
      write();
    }
  }

  private void write() {
    records.set(written, stamped(records.get(written)));
    written++;
  }

  boolean isWhole() {
    return written >= source;
  }

  private LogRecord stamped(LogRecord record) {
    return record.event() instanceof Marker.Resolved marker
        ? new LogRecord(
            record.origin(),
            new Marker.Resolved(marker.position(), marker.previous(), now),
            record.index())
        : record;
  }

  Position newestMarker() {
    return newestMarker;
  }

  int size() {
    return written;
  }

  /** The cleaner begins another round, or goes on with its last one. */
  void clean() {
    if (cleaned >= cleanEnd) {
      beginRound();
    }
    for (int i = random.nextInt(written + 1); i > 0 && cleaned < cleanEnd; i--) {
      if (!removed.get(cleaned) && !kept.contains(cleaned)) {
        removed.set(cleaned);
        removals++;
      }
      cleaned++;
    }
  }

  private void beginRound() {
    cleaned = 0;
    cleanEnd = random.nextInt(written + 1);
    Map<Struct, Integer> newest = new HashMap<>();
    for (int i = 0; i < cleanEnd; i++) {
      if (!removed.get(i)) {
        newest.put(LogEncoder.key(records.get(i).event()), i);
      }
    }
    kept = Set.copyOf(newest.values());
  }

  /** What is left of a range. */
  List<PlacedRecord> read(int from, int to) {
    List<PlacedRecord> found = new ArrayList<>();
    for (int i = from; i < to; i++) {
      if (!removed.get(i)) {
        found.add(new PlacedRecord(records.get(i), new InputPlace.Topic("app.log", 0, i + 1)));
      }
    }
    return found;
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.empty();
  }

  @Override
  public Reader open(Optional<InputPlace> place) {
    return new TopicReader(
        place.map(InputPlace.Topic.class::cast).map(topic -> (int) topic.nextOffset()).orElse(0));
  }

  private final class TopicReader implements Reader {
    private int next;

    TopicReader(int from) {
      next = from;
    }

    @Override
    public List<PlacedRecord> poll(Duration timeout) {
      if (next == written) {
        pass(timeout.toMillis());
        grow(4);
        return List.of();
      }
      int end = Math.min(written, next + 1 + random.nextInt(8));
      List<PlacedRecord> found = SimulatedTopic.this.read(next, end);
      next = end;
      return found;
    }

    @Override
    public long read() {
      return next;
    }

    @Override
    public long written() {
      return written;
    }

    @Override
    public OptionalLong behind() {
      return OptionalLong.of(written - next);
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
