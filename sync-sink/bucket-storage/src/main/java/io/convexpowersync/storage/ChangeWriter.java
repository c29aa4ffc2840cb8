package io.convexpowersync.storage;

import io.convexpowersync.streams.Evaluation;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Writes the changes of a stream's rows: row states, operations, parameters; and the place.
 *
 * <p>{@code lastOp} is at or above every operation of the stream, because at the start it is the
 * sequence's last value, read under the lease.
 */
final class ChangeWriter implements ChangeBatch.Target {
  private final Session session;
  private final StreamId stream;
  private final WriterTransactions transactions;
  private final SourceTables tables;
  private final RowStates states;
  private final HeldRows held;
  private final OperationStore operations;
  private final StorageLimits limits;
  private boolean live;
  private boolean newTable;
  private long lastOp;
  private long highestOp;
  private int operationCount;
  private int parameterCount;

  /**
   * @param transactions for what needs several
   */
  ChangeWriter(Session session, StreamId stream, WriterTransactions transactions)
      throws SQLException {
    this.session = session;
    this.stream = stream;
    this.transactions = transactions;
    this.tables = SourceTables.load(session, stream);
    this.states = new RowStates(session, stream);
    this.held = new HeldRows(session, stream);
    this.operations = new OperationStore(session, stream);
    this.limits = new StorageLimits(session, stream);
    this.lastOp = operations.lastOpId();
  }

  /**
   * Writes inside the transaction that has begun: changes and place.
   *
   * @param snapshotDone whether the stream's first snapshot is complete, so that tables that appear
   *     now need none
   */
  void write(PostgresWriteTransaction transaction, boolean snapshotDone) throws SQLException {
    live = snapshotDone;
    highestOp = lastOp;
    operationCount = 0;
    parameterCount = 0;
    ChangeLog log = transaction.changes().apply(this);
    writeProgress(transaction);
    transaction.place().ifPresent(place -> Places.save(session, stream, place));
    append(log);
    if (transaction.endsSnapshot()) {
      held.drop();
    }
  }

  int operations() {
    return operationCount;
  }

  int parameters() {
    return parameterCount;
  }

  /** At or above every operation of the stream, those being written included. */
  long highestOp() {
    return highestOp;
  }

  long freshOpId() throws SQLException {
    highestOp = operations.freshOpId();
    return highestOp;
  }

  /**
   * A table that appears while the stream is live needs no snapshot; checkpoints before its first
   * change are ruled out.
   */
  boolean hasNewTable() {
    return newTable;
  }

  long rejectedSources() {
    return limits.rejected();
  }

  /** What was written is committed. */
  void committed(boolean published) {
    tables.keep();
    lastOp = highestOp;
    newTable &= !published;
  }

  void rolledBack() {
    tables.forget();
    held.rolledBack();
  }

  /** Remembers what the buckets hold of these tables, if they have rows. */
  void prepareSnapshot(Collection<String> names) throws SQLException {
    List<String> filled = new ArrayList<>();
    for (String name : names) {
      Optional<SourceTable> table = tables.find(name);
      if (table.isPresent() && states.hasAbove(table.get(), RowStates.BEFORE_ALL)) {
        filled.add(table.get().id());
      }
    }
    if (!filled.isEmpty()) {
      held.build(filled, transactions);
    } else if (held.isPresent()) {
      transactions.run(held::drop);
    }
  }

  private void append(ChangeLog log) throws SQLException {
    held.forget(log.operations());
    highestOp = Math.max(highestOp, operations.append(log));
    operationCount += log.operations().size();
    parameterCount += log.parameters().size();
  }

  private void writeProgress(PostgresWriteTransaction transaction) throws SQLException {
    for (PostgresWriteTransaction.SnapshotProgress step : transaction.progress()) {
      SourceTable table = tables.require(step.table(), false);
      if (step.rows() == null) {
        tables.done(table);
      } else {
        tables.progress(table, step.rows());
      }
    }
    if (transaction.update().completesSnapshot()) {
      tables.allDone();
    }
  }

  @Override
  public Optional<SourceTable> find(String table) {
    return tables.find(table);
  }

  @Override
  public SourceTable require(String table) throws SQLException {
    Optional<SourceTable> known = tables.find(table);
    if (known.isPresent()) {
      return known.get();
    }
    newTable |= live;
    return tables.require(table, live);
  }

  @Override
  public RowStates states() {
    return states;
  }

  @Override
  public HeldRows held() {
    return held;
  }

  @Override
  public Evaluation storable(String table, String id, Evaluation evaluation) throws SQLException {
    return limits.storable(table, id, evaluation);
  }

  @Override
  public void flush(ChangeLog log) throws SQLException {
    append(log);
    transactions.commitTransaction();
    committed(false);
    transactions.startTransaction();
  }
}
