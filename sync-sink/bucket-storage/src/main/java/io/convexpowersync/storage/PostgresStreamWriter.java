package io.convexpowersync.storage;

import io.convexpowersync.storage.StorageException.Kind;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer of one stream over one database connection of its own.
 *
 * <ol>
 *   <li>After an error of the connection, of a commit, or of the fence, the writer refuses
 *       everything, and a new one must be opened. After any other error the transaction is rolled
 *       back and the writer goes on.
 *   <li>{@code lastOp} is at or above every operation of the stream, because at the start it is the
 *       sequence's last value, read under the lease.
 *   <li>Operations become visible in the order of their numbers: the lease admits one transaction
 *       at a time.
 * </ol>
 */
final class PostgresStreamWriter implements StreamWriter {
  private interface Step<T> {
    T run() throws SQLException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(PostgresStreamWriter.class);

  private static final String KEEPALIVE =
      """
      UPDATE powersync.sync_rules SET last_keepalive_ts = clock_timestamp()
      WHERE id = ? AND state IN ('PROCESSING', 'ACTIVE')
      """;

  private static final String REPORT =
      "UPDATE powersync.sync_rules SET last_fatal_error = ? WHERE id = ?";

  private final Session session;
  private final StreamLease lease;
  private final SourceTables tables;
  private final RowStates states;
  private final OperationStore operations;
  private final StorageLimits limits;
  private ReplicationStream stream;
  private Optional<String> place;
  private long lastOp;
  private boolean newTable;
  private boolean flushed;
  private PostgresWriteTransaction current;
  private StorageException broken;

  PostgresStreamWriter(Session session, StreamLease lease, ReplicationStream stream)
      throws SQLException {
    StreamId id = stream.id();
    this.session = session;
    this.lease = lease;
    this.stream = stream;
    this.tables = SourceTables.load(session, id);
    this.states = new RowStates(session, id);
    this.operations = new OperationStore(session, id);
    this.limits = new StorageLimits(session, id);
    this.lastOp = operations.lastOpId();
    this.place = Places.load(session, stream);
  }

  @Override
  public ReplicationStream stream() {
    return stream;
  }

  @Override
  public Optional<String> place() {
    return place;
  }

  @Override
  public WriteTransaction begin() {
    requireUsable();
    if (current != null) {
      throw new IllegalStateException("The previous transaction is neither committed nor closed");
    }
    current = new PostgresWriteTransaction(this);
    return current;
  }

  @Override
  public void keepalive() {
    attempt(
        "Refreshing the lease of stream " + stream.id(),
        () -> {
          lease.refresh();
          if (session.update(KEEPALIVE, stream.id().value()) == 0) {
            throw lease.notReplicated();
          }
          return null;
        });
  }

  @Override
  public void reportFatalError(String message) {
    attempt(
        "Reporting an error of stream " + stream.id(),
        () -> session.update(REPORT, message.replace("\0", ""), stream.id().value()));
  }

  @Override
  public long rejectedSources() {
    return limits.rejected();
  }

  @Override
  public void close() {
    if (broken == null) {
      try {
        rollback();
        lease.release();
      } catch (SQLException | StorageException e) {
        LOG.warn(
            "Stream {}: the lease was not given back; it expires in {} s",
            stream.id(),
            StreamLease.EXPIRY_SECONDS,
            e);
      }
    }
    breakWith(new StorageException(Kind.FENCED, "The writer of this stream is closed"));
  }

  /** Begins the database transaction and reads a table's first rows. */
  List<TrackedRow> readForTruncate(String table, int limit) {
    return attempt(
        "Truncating table " + table + " of stream " + stream.id(),
        () -> {
          start();
          Optional<SourceTable> source = tables.find(table);
          return source.isEmpty() ? List.of() : states.first(source.get(), limit);
        });
  }

  CommitResult commit(PostgresWriteTransaction transaction) {
    return attempt("Writing stream " + stream.id(), () -> write(transaction));
  }

  void rollback() {
    if (current == null) {
      return;
    }
    endTransaction();
    tables.forget();
    if (broken == null) {
      attempt(
          "Rolling back",
          () -> {
            if (session.inTransaction()) {
              session.rollback();
            }
            return null;
          });
    }
  }

  private CommitResult write(PostgresWriteTransaction transaction) throws SQLException {
    start();
    ChangeLog log = transaction.changes().apply(this::requireTable, states, limits);
    long op = operations.append(log);
    writeProgress(transaction);
    if (transaction.place().isPresent()) {
      Places.save(session, stream, transaction.place().get());
    }
    StreamUpdate update = transaction.update();
    op = update.wantsFreshOpId() ? operations.freshOpId() : Math.max(lastOp, op);
    if (newTable) {
      update.position().ifPresent(update::tableDone);
    }
    StreamUpdate.Outcome outcome =
        update.apply(session, stream.id(), op, !flushed).orElseThrow(lease::notReplicated);
    commitDatabase();
    keep(transaction, outcome, op);
    return new CommitResult(
        log.operations().size(),
        log.parameters().size(),
        outcome.published() ? outcome.row().checkpoint() : Optional.empty(),
        outcome.activated());
  }

  private void start() throws SQLException {
    if (!session.inTransaction()) {
      session.begin();
      lease.fence();
    }
  }

  private void commitDatabase() {
    try {
      session.commit();
    } catch (SQLException e) {
      throw new StorageException(
          Kind.TRANSIENT,
          """
          It is not known whether a transaction of stream %s was committed. Open a new writer: \
          its place tells."""
              .formatted(stream.id()),
          e);
    }
  }

  /** The transaction was committed. */
  private void keep(PostgresWriteTransaction transaction, StreamUpdate.Outcome outcome, long op) {
    endTransaction();
    tables.keep();
    flushed = true;
    lastOp = op;
    newTable &= !outcome.published();
    place = transaction.place().or(() -> place);
    stream = outcome.row().applyTo(stream);
  }

  /**
   * A table that appears while the stream is live needs no snapshot; checkpoints before its first
   * change are ruled out.
   */
  private SourceTable requireTable(String table) throws SQLException {
    Optional<SourceTable> known = tables.find(table);
    if (known.isPresent()) {
      return known.get();
    }
    newTable |= stream.snapshotDone();
    return tables.require(table, stream.snapshotDone());
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

  private <T> T attempt(String what, Step<T> step) {
    requireUsable();
    try {
      return step.run();
    } catch (SQLException e) {
      StorageException failure = SqlFailures.translate(what, e);
      if (SqlFailures.connectionLost(e)) {
        breakWith(failure);
      } else {
        rollback();
      }
      throw failure;
    } catch (StorageException e) {
      breakWith(e);
      throw e;
    } catch (RuntimeException e) {
      rollback();
      throw e;
    }
  }

  /** Nothing goes any more: the database undoes what was not committed. */
  private void breakWith(StorageException reason) {
    broken = reason;
    endTransaction();
    session.closeQuietly(reason);
  }

  private void endTransaction() {
    if (current != null) {
      current.end();
      current = null;
    }
  }

  private void requireUsable() {
    if (broken != null) {
      throw new StorageException(broken.kind(), broken.getMessage(), broken);
    }
  }
}
