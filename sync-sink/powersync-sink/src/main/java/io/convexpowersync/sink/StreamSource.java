package io.convexpowersync.sink;

import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.storage.WriteCheckpointRequests;
import java.util.Optional;

/** Where the sink core gets the stream that it writes. */
public interface StreamSource {
  /**
   * Takes the lease of the stream that is to be written, and loads its plan.
   *
   * @param again the stream that was written until a failure: reading goes on where it was, so no
   *     other one may be taken, however new; empty at a start, when the stream is picked
   * @throws io.convexpowersync.storage.StorageException when there is none, or another writer holds
   *     it, or it cannot be written by this version
   */
  OpenStream open(Optional<StreamId> again);

  /** The LSN that clients are served now, which a stream must reach before it may take over. */
  Optional<Lsn> servedLsn();

  /** Notices requests for write checkpoints; empty where there are none. */
  default Optional<WriteCheckpointRequests> writeCheckpointRequests() {
    return Optional.empty();
  }

  /**
   * Removes the data of streams that were replaced, and says when one waits to be built. May take
   * long; called between transactions.
   *
   * @param written the stream that is being written
   */
  void keepHouse(StreamId written);
}
