package io.convexpowersync.storage;

import io.convexpowersync.streams.Evaluation;
import java.util.Optional;

/**
 * One transaction of a stream: row state, operations, parameters, the writer's place, and perhaps a
 * publication. What is added is buffered and written by {@link #commit} in a few statements, so the
 * caller bounds its size. Nothing in it is visible to clients before a {@link #publish}.
 *
 * <p>Changes of one row take effect in the order of the calls.
 */
public interface WriteTransaction extends AutoCloseable {
  /** The row's state is now what it evaluates to. An unknown row is inserted. */
  void upsert(String table, String id, Evaluation evaluation);

  /** The row is gone. An unknown row is not an error. */
  void delete(String table, String id);

  /**
   * A row of a snapshot for which {@link StreamWriter#prepareSnapshot} was called: like an upsert,
   * but what the row's buckets and lookups hold already is not written again. Where another
   * snapshot has been prepared or has ended meanwhile, all of it is.
   */
  void snapshotRow(String table, String id, Evaluation evaluation);

  /**
   * The rows of a table that this transaction does not upsert are gone, of those behind {@code
   * after} and up to {@code upTo} in the order of {@link RowOrder}. If they are many, {@link
   * #commit} removes most of them in transactions of their own, which it commits first.
   *
   * @param after empty: from the first row on
   * @param upTo empty: to the last row
   */
  void removeOthers(String table, Optional<String> after, Optional<String> upTo);

  /** The snapshot is over: what was remembered for it is forgotten. */
  void snapshotEnded();

  /** A table's snapshot has begun or progressed: rows written so far. */
  void tableSnapshotProgress(String table, long rows);

  /** A table's snapshot is complete at the given position. */
  void tableSnapshotDone(String table, Lsn pin);

  /** All tables' snapshots are complete at the given position: checkpoints may be published. */
  void snapshotDone(Lsn pin);

  /**
   * Where the writer stands in its input after this transaction, see {@link StreamWriter#place}.
   */
  void savePlace(String place);

  /**
   * Everything written so far, this transaction included, becomes visible at this position.
   *
   * @param freshOpId whether the checkpoint must have a new op id even if nothing was written
   *     since: the only way to release write checkpoints at an unchanged LSN
   * @param activate whether a stream in state PROCESSING becomes ACTIVE with this checkpoint, and
   *     streams that it replaces are stopped
   */
  void publish(Lsn lsn, boolean freshOpId, boolean activate);

  /**
   * Writes and commits.
   *
   * @throws StorageException with kind FENCED when the lease or the stream's state was lost;
   *     nothing was written then. With kind TRANSIENT nothing was written either, or it is unknown
   *     whether the commit succeeded: {@link StreamWriter#place} of a new writer tells. Rows that
   *     {@link #removeOthers} named may be gone in any case
   */
  CommitResult commit();

  /** Rolls back unless committed. */
  @Override
  void close();
}
