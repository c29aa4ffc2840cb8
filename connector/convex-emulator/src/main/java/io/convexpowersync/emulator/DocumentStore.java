package io.convexpowersync.emulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The deployment's data: tables, the newest revision of every document, and the commit log, all in
 * memory.
 *
 * <p>Invariants: (1) timestamps in the log never decrease and the head is at or above the last one;
 * (2) inside one timestamp rows are ordered by tablet id, then document id; (3) a revision never
 * changes. Thread-safe: commits take turns, reads run beside each other.
 */
final class DocumentStore {
  private static final int FIRST_TABLE_NUMBER = 10001;
  private static final long NANOS_PER_DAY = 86_400_000_000_000L;
  private static final Comparator<Revision> LOG_ORDER =
      Comparator.<Revision, InternalId>comparing(row -> row.table.tablet)
          .thenComparing(row -> row.id);

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final LongSupplier clock;
  private final SplittableRandom random;
  private final ByteBuf scratch = new ByteBuf(1024);
  private final TreeMap<InternalId, Table> tablets = new TreeMap<>();
  private final Map<TablePath, Table> active = new HashMap<>();
  private final Map<String, Integer> nextNumber = new HashMap<>();
  private final List<Revision> log = new ArrayList<>();
  private final Table systemTable;
  private long head;
  private long minimumLogTs;

  /**
   * @param clock wall clock, nanoseconds since the epoch
   * @param seed of all generated ids
   */
  DocumentStore(LongSupplier clock, long seed) {
    this.clock = clock;
    this.random = new SplittableRandom(seed);
    this.systemTable = Table.system(newInternalId());
    this.head = clock.getAsLong();
  }

  long now() {
    return clock.getAsLong();
  }

  long head() {
    return read(() -> head);
  }

  /** What a mutation returned, and the head after it. */
  record Outcome<T>(T result, long ts) {}

  /** Runs a mutation; when it throws, nothing happened. A ts of null lets the clock decide. */
  <T> Outcome<T> commit(Long ts, Function<DocumentTransaction, T> mutation) {
    return write(
        () -> {
          long now = clock.getAsLong();
          WriteTransaction transaction = new WriteTransaction(this, now, false);
          T result = mutation.apply(transaction);
          apply(transaction, ts == null ? nextTs() : checkedTs(ts));
          return new Outcome<>(result, head);
        });
  }

  /** Runs a query on the current state. */
  <T> T query(Function<DocumentTransaction, T> query) {
    return read(() -> query.apply(new WriteTransaction(this, clock.getAsLong(), true)));
  }

  /** Creates an empty table. */
  long createTable(TablePath path, Optional<Integer> number) {
    return write(
        () -> {
          if (active.containsKey(path)) {
            throw new IllegalArgumentException("Table exists already: " + path);
          }
          Table table = newTable(path, number, List.of());
          long ts = nextTs();
          add(table, ts);
          appendSystemRows(1, ts);
          return head;
        });
  }

  /** Drops a table with all its documents; leaves no tombstones. */
  long dropTable(TablePath path) {
    return write(
        () -> {
          Table table = active.remove(path);
          if (table == null) {
            throw new IllegalArgumentException("There is no table " + path);
          }
          long ts = nextTs();
          table.droppedTs = ts;
          appendSystemRows(1, ts);
          return head;
        });
  }

  /** Commits rows that the export never shows; with none only the head moves. */
  long systemCommit(int rows) {
    return write(
        () -> {
          appendSystemRows(rows, nextTs());
          return head;
        });
  }

  /** Makes every timestamp below this one unreadable. Only ever moves forward. */
  void expireBefore(long ts) {
    write(() -> minimumLogTs = Math.max(minimumLogTs, ts));
  }

  /** The oldest readable timestamp, given how long the log is kept. */
  long retentionBoundary(long retentionNanos) {
    return read(
        () -> {
          long byAge = clock.getAsLong() - retentionNanos;
          boolean logIsOlder = !log.isEmpty() && log.get(0).ts < byAge;
          return Math.max(minimumLogTs, logIsOlder ? byAge : 0);
        });
  }

  /** The tables that existed at a timestamp, in tablet order. */
  List<Table> tablesAt(long ts) {
    return read(() -> tablets.values().stream().filter(table -> table.existsAt(ts)).toList());
  }

  List<Revision> page(Table table, InternalId after, long ts, int limit) {
    return read(() -> table.page(after, ts, limit));
  }

  /** Columns of the tables that exist now. */
  Map<TablePath, Collection<String>> columns() {
    return read(
        () -> {
          Map<TablePath, Collection<String>> columns = new TreeMap<>();
          active.forEach((path, table) -> columns.put(path, table.columns()));
          return columns;
        });
  }

  /** Reads the log with everything that belongs to it under one lock. */
  <T> T readLog(LogReader<T> reader) {
    return read(() -> reader.read(log, head));
  }

  interface LogReader<T> {
    T read(List<Revision> log, long head);
  }

  Table activeTable(TablePath path) {
    return active.get(path);
  }

  /** A table that the transaction under way creates; it is known once that has committed. */
  Table newTable(TablePath path, Optional<Integer> wanted, Collection<Table> alsoNew) {
    int number = wanted.orElseGet(() -> nextNumber(path.component()));
    boolean taken =
        Stream.concat(active.values().stream(), alsoNew.stream())
            .anyMatch(t -> t.number == number && t.path.component().equals(path.component()));
    if (taken) {
      throw new IllegalArgumentException("Table number " + number + " is taken, for " + path);
    }
    nextNumber.merge(path.component(), number + 1, Math::max);
    return Table.user(path, number, newInternalId());
  }

  /** 14 random bytes and the day. */
  InternalId newDocumentId(long nowNanos) {
    long day = nowNanos / NANOS_PER_DAY & 0xffff;
    return new InternalId(random.nextLong(), random.nextLong() & ~0xffffL | day);
  }

  private InternalId newInternalId() {
    return new InternalId(random.nextLong(), random.nextLong());
  }

  private int nextNumber(String component) {
    return nextNumber.getOrDefault(component, FIRST_TABLE_NUMBER);
  }

  private long nextTs() {
    return Math.max(head + 1, clock.getAsLong());
  }

  private long checkedTs(long ts) {
    if (ts <= head) {
      throw new IllegalArgumentException("Timestamp " + ts + " is not above the head " + head);
    }
    return ts;
  }

  private void apply(WriteTransaction transaction, long ts) {
    List<Revision> rows = new ArrayList<>();
    for (WriteTransaction.Write write : transaction.writes()) {
      revision(write, ts).ifPresent(rows::add);
    }
    if (rows.isEmpty() && transaction.newTables().isEmpty()) {
      return;
    }
    transaction.newTables().forEach(table -> add(table, ts));
    rows.sort(LOG_ORDER);
    rows.forEach(row -> row.table.put(row));
    log.addAll(rows);
    head = ts;
  }

  private Optional<Revision> revision(WriteTransaction.Write write, long ts) {
    Table table = write.table();
    Revision before = table.documents.get(write.id());
    if (write.document() == null) {
      return Optional.of(new Revision(table, write.id(), ts, before, null));
    }
    Revision.Content content = Revision.Content.of(write.document(), table, scratch);
    if (before != null && Arrays.equals(before.json, content.json())) {
      return Optional.empty();
    }
    return Optional.of(new Revision(table, write.id(), ts, before, content));
  }

  private void add(Table table, long ts) {
    table.createdTs = ts;
    tablets.put(table.tablet, table);
    active.put(table.path, table);
  }

  private void appendSystemRows(int rows, long ts) {
    for (int i = 0; i < rows; i++) {
      log.add(new Revision(systemTable, new InternalId(0, i), ts, null, null));
    }
    head = ts;
  }

  private <T> T read(Supplier<T> action) {
    lock.readLock().lock();
    try {
      return action.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  private <T> T write(Supplier<T> action) {
    lock.writeLock().lock();
    try {
      return action.get();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
