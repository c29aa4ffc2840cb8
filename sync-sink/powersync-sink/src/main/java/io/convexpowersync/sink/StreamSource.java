package io.convexpowersync.sink;

import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.storage.WriteCheckpointRequests;
import java.util.Optional;

/** Where the sink core gets the streams that it writes. Thread-safe. */
public interface StreamSource {
  /**
   * Takes the lease of a stream that is to be written, and loads its plan.
   *
   * @param stream the stream that is wanted: one that is built beside the live one, or the one that
   *     was written until a failure, because reading goes on where it was; empty at a start, when
   *     the stream is picked: the one that is served, else the one that is being built
   * @throws io.convexpowersync.storage.StorageException when there is none, or another writer holds
   *     it, or it cannot be written by this version
   */
  OpenStream open(Optional<StreamId> stream);

  /** The LSN that clients are served now, which a stream must reach before it may take over. */
  Optional<Lsn> servedLsn();

  /** Notices requests for write checkpoints; empty where there are none. */
  default Optional<WriteCheckpointRequests> writeCheckpointRequests() {
    return Optional.empty();
  }

  /** The stream that waits to be built, or is being built. */
  default Optional<StreamId> processing() {
    return Optional.empty();
  }

  /**
   * The stream to write in place of one that cannot go on.
   *
   * @param lost the stream that was stopped, or whose input or plan was refused
   * @param onlyIfStopped whether a stream that could still be written is not left
   */
  default Optional<StreamId> replacement(StreamId lost, boolean onlyIfStopped) {
    return Optional.empty();
  }

  /** Says in the storage why a stream that is not open cannot be built. */
  default void reportFatalError(StreamId stream, String message) {
    // Nobody reads it.
  }

  /** Removes the data of streams that were replaced. May take long. */
  default void clearReplaced() {
    // There are none.
  }
}
