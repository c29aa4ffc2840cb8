package io.convexpowersync.storage;

import io.convexpowersync.storage.StorageException.Kind;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer of one stream over one database connection of its own.
 *
 * <ol>
 *   <li>After an error of the connection, of a commit, or of the fence, the writer refuses
 *       everything, and a new one must be opened. After any other error the transaction is rolled
 *       back and the writer goes on.
 *   <li>Operations become visible in the order of their numbers: the lease admits one transaction
 *       at a time.
 * </ol>
 */
final class PostgresStreamWriter implements StreamWriter, WriterTransactions {
  private interface Step<T> {
    T run() throws SQLException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(PostgresStreamWriter.class);

  /** How often a stream that publishes nothing shows that it is written. */
  private static final long TOUCH_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final String KEEPALIVE =
      """
      UPDATE powersync.sync_rules SET last_keepalive_ts = clock_timestamp()
      WHERE id = ? AND state IN ('PROCESSING', 'ACTIVE')
      """;

  private static final String REPORT =
      "UPDATE powersync.sync_rules SET last_fatal_error = ? WHERE id = ?";

  private final Session session;
  private final StreamLease lease;
  private final ChangeWriter changes;
  private ReplicationStream stream;
  private Optional<String> place;

  /** When this writer last wrote the stream's row (ns, as of System.nanoTime). */
  private OptionalLong touched = OptionalLong.empty();

  private PostgresWriteTransaction current;
  private StorageException broken;

  PostgresStreamWriter(Session session, StreamLease lease, ReplicationStream stream)
      throws SQLException {
    StreamId id = stream.id();
    this.session = session;
    this.lease = lease;
    this.stream = stream;
    this.changes = new ChangeWriter(session, id, this);
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
    return changes.rejectedSources();
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

  @Override
  public void prepareSnapshot(Collection<String> tables) {
    attempt(
        "Preparing a snapshot of stream " + stream.id(),
        () -> {
          changes.prepareSnapshot(tables);
          return null;
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
    changes.rolledBack();
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
    startTransaction();
    changes.write(transaction, stream.snapshotDone());
    StreamUpdate update = transaction.update();
    long op = update.wantsFreshOpId() ? changes.freshOpId() : changes.highestOp();
    if (changes.hasNewTable()) {
      update.position().ifPresent(update::tableDone);
    }
    if (update.isEmpty() && !isTouchDue()) {
      session.flush();
      commitTransaction();
      keep(transaction, false);
      return new CommitResult(changes.operations(), changes.parameters(), Optional.empty(), false);
    }
    StreamUpdate.Outcome outcome =
        update.apply(session, stream.id(), op, touched.isEmpty()).orElseThrow(lease::notReplicated);
    commitTransaction();
    keep(transaction, outcome.published());
    touched = OptionalLong.of(System.nanoTime());
    stream = outcome.row().applyTo(stream);
    return new CommitResult(
        changes.operations(),
        changes.parameters(),
        outcome.published() ? outcome.row().checkpoint() : Optional.empty(),
        outcome.activated());
  }

  /** Whether the stream's row has to show again that it is written. */
  private boolean isTouchDue() {
    return touched.isEmpty() || System.nanoTime() - touched.getAsLong() >= TOUCH_NANOS;
  }

  @Override
  public void startTransaction() throws SQLException {
    session.begin();
    lease.fence();
  }

  @Override
  public void run(WriterTransactions.Work work) throws SQLException {
    startTransaction();
    try {
      work.run();
    } catch (SQLException e) {
      if (!SqlFailures.connectionLost(e)) {
        session.rollback();
      }
      throw e;
    }
    commitTransaction();
  }

  @Override
  public void commitTransaction() {
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
  private void keep(PostgresWriteTransaction transaction, boolean published) {
    endTransaction();
    changes.committed(published);
    place = transaction.place().or(() -> place);
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
