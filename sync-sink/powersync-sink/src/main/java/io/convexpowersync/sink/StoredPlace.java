package io.convexpowersync.sink;

import io.convexpowersync.sink.log.LogState;
import io.convexpowersync.storage.StreamWriter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is stored beside the data of a replication stream, in the transaction that wrote the data.
 *
 * @param log what the stream has consumed of the log
 * @param input where reading resumes; empty before anything was consumed
 * @param snapshotRows rows written per table by running snapshots; empty when none is running
 * @param snapshotReached per table the last id, in the order of {@link
 *     io.convexpowersync.storage.RowOrder}, that its running snapshot has had: up to there the
 *     table holds what the snapshot contains, and nothing else
 */
record StoredPlace(
    LogState log,
    Optional<InputPlace> input,
    Map<String, Long> snapshotRows,
    Map<String, String> snapshotReached) {
  static final StoredPlace START =
      new StoredPlace(LogState.EMPTY, Optional.empty(), Map.of(), Map.of());

  /**
   * Where a stream stands. Without a record of ours that is nowhere, or where another replicator
   * has brought it.
   */
  static StoredPlace of(StreamWriter writer) {
    if (writer.place().isPresent()) {
      return StoredPlaceCodec.decode(writer.place().get());
    }
    return writer.stream()
        .lsn()
        .map(
            lsn ->
                new StoredPlace(
                    LogState.adopted(lsn.nanos()), Optional.empty(), Map.of(), Map.of()))
        .orElse(START);
  }

  /** The same for a reader that goes on at an earlier place. */
  StoredPlace movedBackTo(InputPlace earlier) {
    return new StoredPlace(log.movedBack(), Optional.of(earlier), snapshotRows, snapshotReached);
  }

  StoredPlace {
    snapshotRows = new TreeMap<>(snapshotRows);
    snapshotReached = new TreeMap<>(snapshotReached);
  }
}
