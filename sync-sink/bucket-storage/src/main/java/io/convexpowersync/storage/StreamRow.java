package io.convexpowersync.storage;

import io.convexpowersync.storage.ReplicationStream.State;
import java.util.Objects;
import java.util.Optional;

/**
 * The columns of a stream's row that decide about checkpoints, and the rules for changing them. No
 * I/O. Rules: never lower a checkpoint or an LSN; publish only a complete snapshot, at or after
 * {@code noCheckpointBefore}.
 *
 * @param noCheckpointBefore null if there is no limit
 * @param keepaliveOp highest op id written while publication was not allowed; null if none
 * @param snapshotLsn the pinned position while the first snapshot runs; null otherwise
 */
record StreamRow(
    State state,
    boolean snapshotDone,
    Long lastCheckpoint,
    String lastCheckpointLsn,
    String noCheckpointBefore,
    Long keepaliveOp,
    String snapshotLsn) {

  /** A table's snapshot is complete at {@code pin}, or a new table has begun there. */
  StreamRow tableDone(Lsn pin) {
    return new StreamRow(
        state,
        snapshotDone,
        lastCheckpoint,
        lastCheckpointLsn,
        later(noCheckpointBefore, pin),
        keepaliveOp,
        snapshotDone ? snapshotLsn : Objects.requireNonNullElse(snapshotLsn, pin.toString()));
  }

  StreamRow allTablesDone(Lsn pin) {
    StreamRow done = tableDone(pin);
    return new StreamRow(
        state,
        true,
        lastCheckpoint,
        lastCheckpointLsn,
        done.noCheckpointBefore,
        keepaliveOp,
        done.snapshotLsn);
  }

  boolean mayPublish(Lsn lsn) {
    return snapshotDone
        && isNotAfter(lastCheckpointLsn, lsn)
        && isNotAfter(noCheckpointBefore, lsn);
  }

  /**
   * @param opId highest op id that the stream has written
   */
  StreamRow published(Lsn lsn, long opId) {
    long checkpoint = Math.max(highest(lastCheckpoint, opId), highest(keepaliveOp, 0));
    return new StreamRow(
        state, snapshotDone, checkpoint, lsn.toString(), noCheckpointBefore, null, null);
  }

  /**
   * Publication was asked for, but is not allowed.
   *
   * @param opId highest op id that the stream has written
   */
  StreamRow blocked(long opId) {
    return new StreamRow(
        state,
        snapshotDone,
        lastCheckpoint,
        lastCheckpointLsn,
        noCheckpointBefore,
        highest(keepaliveOp, opId),
        snapshotLsn);
  }

  StreamRow activated() {
    return new StreamRow(
        State.ACTIVE,
        snapshotDone,
        lastCheckpoint,
        lastCheckpointLsn,
        noCheckpointBefore,
        keepaliveOp,
        snapshotLsn);
  }

  Optional<OpId> checkpoint() {
    return Optional.ofNullable(lastCheckpoint).map(OpId::new);
  }

  /** The stream with this row's values. */
  ReplicationStream applyTo(ReplicationStream stream) {
    return new ReplicationStream(
        stream.id(),
        state,
        stream.slotName(),
        stream.storageVersion(),
        stream.content(),
        stream.plan(),
        snapshotDone,
        checkpoint(),
        Optional.ofNullable(lastCheckpointLsn)
            .filter(text -> text.length() == Lsn.DIGITS)
            .map(Lsn::parse));
  }

  /** LSNs of equal length: text order is the service's order. */
  private static boolean isNotAfter(String limit, Lsn lsn) {
    return limit == null || limit.compareTo(lsn.toString()) <= 0;
  }

  private static String later(String limit, Lsn lsn) {
    return isNotAfter(limit, lsn) ? lsn.toString() : limit;
  }

  private static long highest(Long a, long b) {
    return a == null ? b : Math.max(a, b);
  }
}
