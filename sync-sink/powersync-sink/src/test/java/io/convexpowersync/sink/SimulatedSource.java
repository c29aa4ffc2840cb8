package io.convexpowersync.sink;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
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
import java.util.TreeMap;

/**
 * A deployment and its source connector: writes a log as the real one does, crashes at random
 * points and then repeats a suffix, cut into other batches and with other markers, while the
 * crashed one may go on for a while. Everything comes from the seed.
 */
final class SimulatedSource {
  private static final List<TableId> TABLES =
      List.of(TableId.root("a"), TableId.root("b"), TableId.root("c"));
  private static final TableId ADDED = TABLES.get(2);

  private static final LogOrigin ORIGIN = new LogOrigin("tidy-otter-7", "app", "test");
  private static final long START = 1_700_000_000_000_000_000L;

  private final Random random;

  /** What the deployment looked like at each position that can be published. */
  private final TreeMap<Position, TreeMap<String, String>> states = new TreeMap<>();

  /** Changes of the deployment's log, by position: commits, and drops of tables. */
  private final TreeMap<Position, List<Change>> history = new TreeMap<>();

  /** What is written now: by the task that is meant to run, or by one that should be dead. */
  private List<LogRecord> log = new ArrayList<>();

  private final List<Resume> flushable = new ArrayList<>();

  /**
   * Where the source takes another snapshot: a signal in the data, an expired cursor. An offset
   * never passes such a place before the snapshot has begun, so a source that restarts comes to it
   * again.
   */
  private final Set<Position> triggers = new HashSet<>();

  /** Where the third table is captured from on, with a snapshot of its own; ZERO: always. */
  private Position added = Position.ZERO;

  private Position newestPin = Position.ZERO;
  private final Map<Position, Integer> snapshotsAt = new HashMap<>();
  private int snapshots;
  private boolean hadZombies;

  /** The newest resolved marker, and what was written behind and above it. */
  private Position resolved = Position.ZERO;

  private long unresolved;

  /** How the source and what is between it and the sink behave. */
  enum Kind {
    /** Nothing is written twice, and the topic is cleaned. */
    EXACTLY_ONCE,
    /** What was written before a crash is repeated, and the topic is cleaned. */
    AT_LEAST_ONCE,
    /** Two tasks may write at once, and the topic is not cleaned. */
    ZOMBIES
  }

  private final Kind kind;

  /** Where the source would resume, as its offset says. Rows are counted inside a snapshot. */
  private record Resume(
      Optional<SnapshotId> snapshot,
      List<TableId> tables,
      Position position,
      int rows,
      Optional<Position> resolved,
      long unresolved) {}

  SimulatedSource(long seed) {
    this.random = new Random(seed);
    this.kind = Kind.values()[random.nextInt(Kind.values().length)];
  }

  Kind kind() {
    return kind;
  }

  /** Makes a history and the log that a source wrote of it. */
  List<LogRecord> run() {
    makeHistory(5 + random.nextInt(25));
    List<LogRecord> whole = new ArrayList<>();
    List<LogRecord> zombie = List.of();
    Resume at = streaming(Position.ZERO, Optional.empty());
    int crashes = kind == Kind.EXACTLY_ONCE ? 0 : random.nextInt(4);
    while (true) {
      Resume end = write(at, crashes > 0 ? 1 + random.nextInt(40) : Integer.MAX_VALUE);
      boolean wroteNothing = log.isEmpty();
      whole.addAll(mixed(log, zombie));
      if (crashes == 0 || wroteNothing) {
        return whole;
      }
      crashes--;
      at = flushable.isEmpty() || random.nextInt(6) == 0 ? at : flushable.get(pick(flushable));
      flushable.clear();
      zombie = kind == Kind.ZOMBIES && random.nextInt(3) == 0 ? zombie(end) : List.of();
      hadZombies |= !zombie.isEmpty();
      log = new ArrayList<>();
    }
  }

  /** What a task writes that was replaced and does not know it. */
  private List<LogRecord> zombie(Resume end) {
    log = new ArrayList<>();
    write(end, 1 + random.nextInt(20));
    flushable.clear();
    // It does not die inside a snapshot of its own: the log would wait for the next one for ever.
    int whole = log.size();
    for (int i = 0; i < log.size(); i++) {
      LogEvent event = log.get(i).event();
      if (event instanceof Marker.SnapshotBegin) {
        whole = i;
      } else if (event instanceof Marker.Resolved) {
        whole = i + 1;
      }
    }
    return end.rows() >= 0 ? List.of() : List.copyOf(log.subList(0, whole));
  }

  private List<LogRecord> mixed(List<LogRecord> records, List<LogRecord> others) {
    List<LogRecord> mixed = new ArrayList<>();
    int next = 0;
    int other = 0;
    while (next < records.size() || other < others.size()) {
      boolean takeOther = next == records.size() || other < others.size() && random.nextInt(2) == 0;
      mixed.add(takeOther ? others.get(other++) : records.get(next++));
    }
    return mixed;
  }

  /** Whether two tasks have written at once. */
  boolean hadZombies() {
    return hadZombies;
  }

  /** What an idle source writes. */
  static LogRecord heartbeat(Position position) {
    LogEvent marker = new Marker.Resolved(position, Optional.of(position), 0);
    return new LogRecord(ORIGIN, marker, OptionalLong.of(0));
  }

  /** The rows of the captured tables. */
  TreeMap<String, String> stateAt(Position position) {
    TreeMap<String, String> state = new TreeMap<>(states.floorEntry(position).getValue());
    if (!captures(ADDED, position)) {
      state.keySet().removeIf(key -> key.startsWith(ADDED + "/"));
    }
    return state;
  }

  private boolean captures(TableId table, Position position) {
    return !table.equals(ADDED) || added.equals(Position.ZERO) || position.isAfter(added);
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
      } else if (i > 2 && added.equals(Position.ZERO) && random.nextInt(20) == 0) {
        added = position;
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
    resolved = from.resolved().orElse(Position.ZERO);
    unresolved = from.unresolved();
    if (at.rows() >= 0 || at.position().equals(Position.ZERO)) {
      at = snapshot(at, limit);
    }
    Position lastDone = at.position();
    for (var entry : history.tailMap(at.position(), false).entrySet()) {
      if (at.rows() >= 0 || log.size() >= limit) {
        return at;
      }
      lastDone = entry.getKey();
      for (Change change : entry.getValue()) {
        if (captures(change.table(), lastDone)) {
          emit(change);
        }
      }
      at = streaming(lastDone, at.resolved());
      if (random.nextInt(3) > 0) {
        at = resolved(at);
      }
      if (lastDone.equals(added)) {
        at = goOn(begun(at, lastDone, List.of(ADDED)), limit);
        return at.rows() >= 0 ? at : write(at, limit == Integer.MAX_VALUE ? limit : 10);
      } else if (triggers.contains(lastDone)) {
        at = snapshot(at, limit);
        return at.rows() >= 0 ? at : write(at, limit == Integer.MAX_VALUE ? limit : 10);
      }
      flushable.add(at);
    }
    return at.rows() >= 0 ? at : resolved(at);
  }

  private Resume resolved(Resume at) {
    emit(new Marker.Resolved(at.position(), at.resolved(), 0));
    return streaming(at.position(), Optional.of(at.position()));
  }

  private Resume streaming(Position position, Optional<Position> resolved) {
    return new Resume(Optional.empty(), List.of(), position, -1, resolved, unresolved);
  }

  /** A snapshot at a random commit not before the place reached, or the rest of one. */
  private Resume snapshot(Resume from, int limit) {
    if (from.snapshot().isPresent()) {
      return goOn(from, limit);
    }
    Position pin = pin(from.position());
    List<TableId> tables =
        TABLES.stream().filter(t -> captures(t, pin) || pin.equals(added)).toList();
    return goOn(begun(from, pin, tables), limit);
  }

  private Resume begun(Resume from, Position pin, List<TableId> tables) {
    SnapshotId id = new SnapshotId("s" + ++snapshots);
    // The real source takes the time of day: no two snapshots have the same position.
    Position position = new Position(pin.ts(), pin.seq() + snapshotsAt.merge(pin, 1, Integer::sum));
    states.put(position, states.get(pin));
    emit(new Marker.SnapshotBegin(position, id, tables, 0));
    tables(position, tables, TableStatus.PENDING);
    return new Resume(Optional.of(id), tables, position, 0, from.resolved(), unresolved);
  }

  private void tables(Position position, List<TableId> tables, TableStatus status) {
    tables.forEach(table -> emit(new Marker.TableChanged(position, table, status, 0)));
  }

  private Resume goOn(Resume from, int limit) {
    Resume at = from;
    List<String> keys =
        stateAt(at.position()).keySet().stream()
            .filter(key -> from.tables().stream().anyMatch(t -> key.startsWith(t + "/")))
            .toList();
    while (at.rows() < keys.size()) {
      if (log.size() >= limit) {
        return at;
      }
      emit(snapshotRow(keys.get(at.rows()), at.position()));
      at =
          new Resume(
              at.snapshot(), at.tables(), at.position(), at.rows() + 1, at.resolved(), unresolved);
      flushable.add(at);
    }
    emit(new Marker.SnapshotEnd(at.position(), at.snapshot().orElseThrow(), at.tables(), 0));
    tables(at.position(), at.tables(), TableStatus.COMPLETE);
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
    log.add(new LogRecord(ORIGIN, event, OptionalLong.of(unresolved)));
    if (event instanceof Marker.Resolved) {
      resolved = event.position();
      unresolved = 0;
    } else if (event.position().isAfter(resolved)) {
      unresolved++;
    }
  }
}
