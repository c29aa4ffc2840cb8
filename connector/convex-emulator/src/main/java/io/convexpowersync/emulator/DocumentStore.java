package io.convexpowersync.emulator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The deployment's data: tables, the newest revision of every document, and the commit log, all in
 * memory.
 *
 * <p>Invariants: (1) timestamps in the log never decrease and the head is at or above the last one;
 * (2) inside one timestamp rows are ordered by tablet id, then document id; (3) a revision never
 * changes. Thread-safe: commits take turns, reads run beside each other.
 */
final class DocumentStore {
  private static final long NANOS_PER_DAY = 86_400_000_000_000L;
  private static final Comparator<Revision> LOG_ORDER =
      Comparator.<Revision, InternalId>comparing(row -> row.table.tablet)
          .thenComparing(row -> row.id);

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final LongSupplier clock;
  private final SplittableRandom random;
  private final ByteBuf scratch = new ByteBuf(1024);
  private final TableCatalog catalog = new TableCatalog(this::newInternalId);
  private final boolean dropsNoOpWrites;
  private final IdleBumps bumps;
  private final List<Revision> log = new ArrayList<>();
  private final Table systemTable;
  private long head;
  private long minimumLogTs;

  DocumentStore(EmulatorOptions options) {
    this.clock = options.clock();
    this.random = new SplittableRandom(options.seed());
    this.bumps = new IdleBumps(random);
    this.dropsNoOpWrites = options.features().backend().dropsNoOpWrites();
    this.systemTable = Table.system(newInternalId());
    moveHead(clock.getAsLong());
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
    return commit(ts, Map.of(), mutation);
  }

  /** Runs a mutation that writes to the hidden table of an import. */
  long commitHidden(Table hidden, Consumer<DocumentTransaction> mutation) {
    Function<DocumentTransaction, Void> function =
        transaction -> {
          mutation.accept(transaction);
          return null;
        };
    return commit(null, Map.of(hidden.path, hidden), function).ts();
  }

  private <T> Outcome<T> commit(
      Long ts, Map<TablePath, Table> hidden, Function<DocumentTransaction, T> mutation) {
    return write(
        () -> {
          WriteTransaction transaction =
              new WriteTransaction(this, clock.getAsLong(), false, hidden);
          T result = mutation.apply(transaction);
          apply(transaction, ts == null ? nextTs() : checkedTs(ts));
          return new Outcome<>(result, head);
        });
  }

  /** Runs a query on the current state. */
  <T> T query(Function<DocumentTransaction, T> query) {
    return read(() -> query.apply(new WriteTransaction(this, clock.getAsLong(), true, Map.of())));
  }

  /** Creates an empty table; a number of null is the next one. */
  long createTable(TablePath path, Integer number) {
    return write(() -> systemWrite(ts -> catalog.create(path, number, ts)));
  }

  /** Creates the hidden table of an import. */
  Table createHidden(TablePath path) {
    return write(() -> catalog.addHidden(path, systemWrite(ts -> {})));
  }

  /** Gives the hidden table of an import its name; the table that had it leaves no tombstones. */
  long activate(Table hidden) {
    return write(() -> systemWrite(ts -> catalog.activate(hidden, ts)));
  }

  /** Drops a table with all its documents; leaves no tombstones. */
  long drop(Table table) {
    return write(() -> systemWrite(ts -> catalog.drop(table, ts)));
  }

  /** Undoes every commit after a timestamp, which becomes the head. */
  long rollBackTo(long ts) {
    return write(
        () -> {
          if (ts > head) {
            throw new IllegalArgumentException(ts + " is above the head " + head);
          }
          while (!log.isEmpty() && log.get(log.size() - 1).ts > ts) {
            log.remove(log.size() - 1);
          }
          catalog.rollBackTo(ts);
          head = ts;
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

  /** Moves the head as a deployment without commits does. */
  void bumpWhenIdle() {
    write(
        () -> {
          long now = clock.getAsLong();
          if (bumps.due(now)) {
            appendSystemRows(0, nextTs());
            bumps.bumped(now);
          }
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

  /** The tables that the export shows for a timestamp, in tablet order: hidden ones too. */
  List<Table> exportedTablesAt(long ts) {
    return read(() -> catalog.where(table -> table.existsAt(ts)));
  }

  /** The tables that functions saw at a timestamp, in tablet order. */
  List<Table> activeTablesAt(long ts) {
    return read(() -> catalog.where(table -> table.activeAt(ts)));
  }

  List<Revision> page(Table table, InternalId after, long ts, int limit) {
    return read(() -> table.page(after, ts, limit));
  }

  /** Columns of the tables that functions see now. */
  Map<TablePath, Collection<String>> columns() {
    return read(catalog::columns);
  }

  /** Reads the log with everything that belongs to it under one lock. */
  <T> T readLog(LogReader<T> reader) {
    return read(() -> reader.read(log, head));
  }

  interface LogReader<T> {
    T read(List<Revision> log, long head);
  }

  /** The table that has this name now; null when there is none. */
  Table activeTable(TablePath path) {
    return read(() -> catalog.active(path));
  }

  TableCatalog catalog() {
    return catalog;
  }

  /** 14 random bytes and the day. */
  InternalId newDocumentId(long nowNanos) {
    long day = nowNanos / NANOS_PER_DAY & 0xffff;
    return new InternalId(random.nextLong(), random.nextLong() & ~0xffffL | day);
  }

  private InternalId newInternalId() {
    return new InternalId(random.nextLong(), random.nextLong());
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
    transaction.newTables().forEach(table -> catalog.add(table, ts));
    rows.sort(LOG_ORDER);
    rows.forEach(row -> row.table.put(row));
    log.addAll(rows);
    moveHead(ts);
  }

  private Optional<Revision> revision(WriteTransaction.Write write, long ts) {
    Table table = write.table();
    Revision before = table.documents.get(write.id());
    if (write.document() == null) {
      return Optional.of(new Revision(table, write.id(), ts, before, null));
    }
    Revision.Content content = Revision.Content.of(write.document(), table, scratch);
    if (dropsNoOpWrites && before != null && before.hasContent(content)) {
      return Optional.empty();
    }
    return Optional.of(new Revision(table, write.id(), ts, before, content));
  }

  /** One commit of what a system table knows about. */
  private long systemWrite(LongConsumer change) {
    long ts = nextTs();
    change.accept(ts);
    appendSystemRows(1, ts);
    return head;
  }

  private void moveHead(long ts) {
    head = ts;
    bumps.committed(clock.getAsLong());
  }

  private void appendSystemRows(int rows, long ts) {
    for (int i = 0; i < rows; i++) {
      log.add(new Revision(systemTable, new InternalId(0, i), ts, null, null));
    }
    moveHead(ts);
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
