package io.convexpowersync.storage;

import io.convexpowersync.streams.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Collects changes; {@link PostgresStreamWriter} writes them. The database transaction begins with
 * the commit, so that nothing is locked while changes are collected. Not thread-safe.
 */
final class PostgresWriteTransaction implements WriteTransaction {
  /** Rows null: the snapshot is complete. */
  record SnapshotProgress(String table, Long rows) {}

  private final PostgresStreamWriter writer;
  private final ChangeBatch changes = new ChangeBatch();
  private final List<SnapshotProgress> progress = new ArrayList<>();
  private final StreamUpdate update = new StreamUpdate();
  private Optional<String> place = Optional.empty();
  private boolean snapshotEnded;
  private boolean ended;

  PostgresWriteTransaction(PostgresStreamWriter writer) {
    this.writer = writer;
  }

  @Override
  public void upsert(String table, String id, Evaluation evaluation) {
    requireOpen();
    changes.upsert(table, id, Objects.requireNonNull(evaluation));
  }

  @Override
  public void delete(String table, String id) {
    requireOpen();
    changes.delete(table, id);
  }

  @Override
  public void snapshotRow(String table, String id, Evaluation evaluation) {
    requireOpen();
    changes.snapshotRow(table, id, Objects.requireNonNull(evaluation));
  }

  @Override
  public void removeOthers(String table, Optional<String> after, Optional<String> upTo) {
    requireOpen();
    changes.removeOthers(table, after, upTo);
  }

  @Override
  public void snapshotEnded() {
    requireOpen();
    snapshotEnded = true;
  }

  @Override
  public void tableSnapshotProgress(String table, long rows) {
    requireOpen();
    progress.add(new SnapshotProgress(table, rows));
  }

  @Override
  public void tableSnapshotDone(String table, Lsn pin) {
    requireOpen();
    progress.add(new SnapshotProgress(table, null));
    update.tableDone(pin);
  }

  @Override
  public void snapshotDone(Lsn pin) {
    requireOpen();
    update.allTablesDone(pin);
  }

  @Override
  public void savePlace(String newPlace) {
    requireOpen();
    place = Optional.of(newPlace);
  }

  @Override
  public void publish(Lsn lsn, boolean freshOpId, boolean activate) {
    requireOpen();
    update.publish(lsn, freshOpId, activate);
  }

  @Override
  public CommitResult commit() {
    requireOpen();
    return writer.commit(this);
  }

  @Override
  public void close() {
    if (!ended) {
      writer.rollback();
    }
  }

  ChangeBatch changes() {
    return changes;
  }

  List<SnapshotProgress> progress() {
    return progress;
  }

  StreamUpdate update() {
    return update;
  }

  Optional<String> place() {
    return place;
  }

  boolean endsSnapshot() {
    return snapshotEnded;
  }

  /** Committed, rolled back, or failed. */
  void end() {
    ended = true;
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("The transaction has ended");
    }
  }
}
