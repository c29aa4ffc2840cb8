package io.convexpowersync.sink;

import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.storage.StreamWriter;
import io.convexpowersync.storage.WriteCheckpointRequests;
import io.convexpowersync.streams.InvalidPlanException;
import io.convexpowersync.streams.SyncStreams;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Picks the stream of a bucket storage that is to be written: the one that is being built, if there
 * is one, else the one that is served. While a new one is built the old one is served as it is.
 */
public final class StorageStreamSource implements StreamSource {
  private static final Logger LOG = LoggerFactory.getLogger(StorageStreamSource.class);

  private final BucketStorage storage;
  private final String owner;
  private Optional<StreamId> announced = Optional.empty();

  /**
   * @param storage where the streams are; stays open
   * @param owner name under which the lease is taken, the same after a restart
   */
  public StorageStreamSource(BucketStorage storage, String owner) {
    this.storage = storage;
    this.owner = owner;
  }

  @Override
  public OpenStream open(Optional<StreamId> again) {
    ReplicationStream stream =
        again.flatMap(id -> storage.streams().find(id)).orElseGet(this::choose);
    SyncStreams streams = load(stream);
    StreamWriter writer = storage.openWriter(stream.id(), owner);
    LOG.info(
        "Writing replication stream {} ({}){}",
        stream.id(),
        stream.state(),
        stream.lsn().map(lsn -> ", published up to " + lsn).orElse(", nothing published yet"));
    streams.warnings().forEach(warning -> LOG.warn("Sync config: {}", warning));
    return new OpenStream(writer, streams);
  }

  private ReplicationStream choose() {
    return storage
        .streams()
        .processing()
        .or(
            () ->
                storage
                    .streams()
                    .active()
                    .filter(active -> active.state() == ReplicationStream.State.ACTIVE))
        .orElseThrow(
            () ->
                configuration(
                    "No sync config is deployed in this storage. Deploy one through the PowerSync"
                        + " Service's API, or with convex-powersync deploy",
                    null));
  }

  private static SyncStreams load(ReplicationStream stream) {
    String plan =
        stream
            .plan()
            .orElseThrow(
                () ->
                    configuration(
                        "Replication stream "
                            + stream.id()
                            + " has no compiled plan (sync_plan is null): its sync config is not"
                            + " edition 3, or a service older than 1.20 deployed it. Deploy an"
                            + " edition 3 config again",
                        null));
    try {
      return SyncStreams.load(plan, stream.id().value());
    } catch (InvalidPlanException e) {
      throw configuration(
          "The plan of replication stream " + stream.id() + " cannot be run: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<Lsn> servedLsn() {
    return storage.streams().active().flatMap(ReplicationStream::lsn);
  }

  @Override
  public Optional<WriteCheckpointRequests> writeCheckpointRequests() {
    return Optional.of(storage.writeCheckpointRequests());
  }

  @Override
  public void keepHouse(StreamId written) {
    storage
        .streams()
        .processing()
        .map(ReplicationStream::id)
        .ifPresent(id -> announce(id, written));
    clearReplacedStreams();
  }

  private void announce(StreamId waiting, StreamId written) {
    if (!waiting.equals(written) && !Optional.of(waiting).equals(announced)) {
      announced = Optional.of(waiting);
      LOG.warn(
          "A new sync config waits as replication stream {}. Restart the runner (or the connector's"
              + " task) to build it; until it is complete, clients are served from stream {}",
          waiting,
          written);
    }
  }

  private void clearReplacedStreams() {
    for (ReplicationStream stopped : storage.streams().stopped()) {
      LOG.info("Removing the data of replaced replication stream {}", stopped.id());
      if (!storage.streams().clear(stopped.id(), owner)) {
        LOG.warn(
            "Replication stream {} is still held by another runner; its data is removed later",
            stopped.id());
      }
    }
  }

  private static StorageException configuration(String message, Throwable cause) {
    return new StorageException(StorageException.Kind.CONFIGURATION, message, cause);
  }
}
