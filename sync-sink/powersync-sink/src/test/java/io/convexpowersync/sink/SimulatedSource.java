package io.convexpowersync.sink;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A deployment and its source connector: writes a log as the real one does, crashes at random
 * points and then repeats a suffix, cut into other batches and with other markers. Everything comes
 * from the seed.
 */
final class SimulatedSource {
  static final List<TableId> TABLES = List.of(TableId.root("a"), TableId.root("b"));

  private static final LogOrigin ORIGIN = new LogOrigin("tidy-otter-7", "app", "test");
  private static final long START = 1_700_000_000_000_000_000L;

  private final Random random;

  /** What the deployment looked like at each position that can be published. */
  private final TreeMap<Position, TreeMap<String, String>> states = new TreeMap<>();

  /** Changes of the deployment's log, by position: commits, and drops of tables. */
  private final TreeMap<Position, List<Change>> history = new TreeMap<>();

  private final List<LogRecord> log = new ArrayList<>();
  private final List<Resume> flushable = new ArrayList<>();

  /**
   * Where the source takes another snapshot: a signal in the data, an expired cursor. An offset
   * never passes such a place before the snapshot has begun, so a source that restarts comes to it
   * again.
   */
  private final Set<Position> triggers = new HashSet<>();

  private Position newestPin = Position.ZERO;
  private int snapshots;

  /** Where the source would resume, as its offset says. Rows are counted inside a snapshot. */
  private record Resume(
      Optional<SnapshotId> snapshot, Position position, int rows, Optional<Position> resolved) {}

  SimulatedSource(long seed) {
    this.random = new Random(seed);
  }

  /** Makes a history and the log that a source wrote of it. */
  List<LogRecord> run() {
    makeHistory(5 + random.nextInt(25));
    Resume at = new Resume(Optional.empty(), Position.ZERO, -1, Optional.empty());
    int crashes = random.nextInt(4);
    while (true) {
      int before = log.size();
      Resume end = write(at, crashes > 0 ? 1 + random.nextInt(40) : Integer.MAX_VALUE);
      if (crashes == 0 || log.size() == before) {
        return log;
      }
      crashes--;
      at = flushable.isEmpty() || random.nextInt(6) == 0 ? at : flushable.get(pick(flushable));
      flushable.clear();
      if (end.equals(at) && crashes == 0) {
        flushable.add(at);
      }
    }
  }

  TreeMap<String, String> stateAt(Position position) {
    return states.floorEntry(position).getValue();
  }

  Position head() {
    return states.lastKey();
  }

  private int pick(List<?> list) {
    return random.nextInt(list.size());
  }

  private void makeHistory(int commits) {
    TreeMap<String, String> state = new TreeMap<>();
    states.put(Position.ZERO, new TreeMap<>());
    Position position = Position.ofCommit(START);
    for (int i = 0; i < commits; i++) {
      if (i > 3 && random.nextInt(12) == 0) {
        position = new Position(position.ts(), position.seq() + 10);
        TableId table = TABLES.get(pick(TABLES));
        state.keySet().removeIf(key -> key.startsWith(table + "/"));
        history.put(position, List.of(new Change.Truncate(position, table)));
      } else {
        position = Position.ofCommit(position.ts() + 1 + random.nextInt(5));
        history.put(position, commit(position, state));
      }
      states.put(position, new TreeMap<>(state));
      if (random.nextInt(20) == 0) {
        triggers.add(position);
      }
    }
  }

  private List<Change> commit(Position position, TreeMap<String, String> state) {
    TreeMap<String, Change> changes = new TreeMap<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      TableId table = TABLES.get(pick(TABLES));
      String id = "d" + random.nextInt(5);
      String key = table + "/" + id;
      if (random.nextInt(4) == 0) {
        state.remove(key);
        changes.put(key, new Change.Delete(position, table, id));
      } else {
        String document = document(id, position.ts());
        state.put(key, document);
        changes.put(key, new Change.Upsert(position, table, id, document, position.ts(), false));
      }
    }
    return List.copyOf(changes.values());
  }

  private static String document(String id, long version) {
    return "{\"_id\":\"" + id + "\",\"v\":" + version + "}";
  }

  /** Writes from an offset on until the end or until so many records have been written. */
  private Resume write(Resume from, int budget) {
    int limit = budget == Integer.MAX_VALUE ? budget : log.size() + budget;
    Resume at = from;
    if (at.rows() >= 0 || at.position().equals(Position.ZERO)) {
      at = snapshot(at, limit);
    }
    Position lastDone = at.position();
    for (var entry : history.tailMap(at.position(), false).entrySet()) {
      if (at.rows() >= 0 || log.size() >= limit) {
        return at;
      }
      entry.getValue().forEach(this::emit);
      lastDone = entry.getKey();
      at = new Resume(Optional.empty(), lastDone, -1, at.resolved());
      if (random.nextInt(3) > 0) {
        at = resolved(at);
      }
      if (!triggers.contains(lastDone)) {
        flushable.add(at);
      } else {
        at = snapshot(at, limit);
        return at.rows() >= 0 ? at : write(at, limit == Integer.MAX_VALUE ? limit : 10);
      }
    }
    return at.rows() >= 0 ? at : resolved(at);
  }

  private Resume resolved(Resume at) {
    emit(new Marker.Resolved(at.position(), at.resolved(), log.size()));
    return new Resume(Optional.empty(), at.position(), -1, Optional.of(at.position()));
  }

  /** A snapshot at a random commit not before the place reached, or the rest of one. */
  private Resume snapshot(Resume from, int limit) {
    Resume at = from;
    if (from.snapshot().isEmpty()) {
      Position pin = pin(from.position());
      SnapshotId id = new SnapshotId("s" + ++snapshots);
      Position position = new Position(pin.ts(), pin.seq() + 1);
      states.put(position, states.get(pin));
      emit(new Marker.SnapshotBegin(position, id, TABLES, log.size()));
      at = new Resume(Optional.of(id), position, 0, from.resolved());
    }
    List<String> keys = List.copyOf(stateAt(at.position()).keySet());
    while (at.rows() < keys.size()) {
      if (log.size() >= limit) {
        return at;
      }
      emit(snapshotRow(keys.get(at.rows()), at.position()));
      at = new Resume(at.snapshot(), at.position(), at.rows() + 1, at.resolved());
      flushable.add(at);
    }
    emit(new Marker.SnapshotEnd(at.position(), at.snapshot().orElseThrow(), TABLES, log.size()));
    Resume done = resolved(at);
    flushable.add(done);
    return done;
  }

  /** The head when the snapshot starts. It never goes back. */
  private Position pin(Position reached) {
    Position earliest = reached.isAfter(newestPin) ? reached : newestPin;
    List<Position> pins =
        states.tailMap(earliest, true).keySet().stream()
            .filter(position -> position.equals(earliest) || history.containsKey(position))
            .filter(position -> !position.equals(Position.ZERO))
            .toList();
    Position pin = pins.get(Math.min(pins.size() - 1, random.nextInt(4)));
    newestPin = pin;
    return pin;
  }

  private LogEvent snapshotRow(String key, Position position) {
    int slash = key.indexOf('/');
    String document = stateAt(position).get(key);
    return new Change.Upsert(
        position,
        TableId.root(key.substring(0, slash)),
        key.substring(slash + 1),
        document,
        START,
        true);
  }

  private void emit(LogEvent event) {
    log.add(new LogRecord(ORIGIN, event));
  }
}
