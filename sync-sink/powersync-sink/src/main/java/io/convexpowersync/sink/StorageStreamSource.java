package io.convexpowersync.sink;

import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.Lsn;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.storage.StreamCatalog;
import io.convexpowersync.storage.StreamId;
import io.convexpowersync.storage.StreamWriter;
import io.convexpowersync.storage.WriteCheckpointRequests;
import io.convexpowersync.streams.InvalidPlanException;
import io.convexpowersync.streams.SyncStreams;
import io.convexpowersync.streams.compiler.SyncConfigLoader;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of a bucket storage. Picked is the one that is served, so that it goes on at once
 * after a restart; if there is none, or it must not be written any more (state ERRORED), the one
 * that is being built.
 */
public final class StorageStreamSource implements StreamSource {
  private static final Logger LOG = LoggerFactory.getLogger(StorageStreamSource.class);

  private final BucketStorage storage;
  private final String owner;

  /**
   * @param storage where the streams are; stays open
   * @param owner name under which the lease is taken, the same after a restart
   */
  public StorageStreamSource(BucketStorage storage, String owner) {
    this.storage = storage;
    this.owner = owner;
  }

  @Override
  public OpenStream open(Optional<StreamId> wanted) {
    ReplicationStream stream =
        wanted.flatMap(id -> storage.streams().find(id)).orElseGet(this::choose);
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
    return live()
        .or(() -> storage.streams().processing())
        .orElseThrow(
            () ->
                configuration(
                    "No sync config is deployed in this storage. Deploy one through the PowerSync"
                        + " Service's API, or with convex-powersync deploy, or give it to the"
                        + " connector as sync.config",
                    null));
  }

  private Optional<ReplicationStream> live() {
    return storage
        .streams()
        .active()
        .filter(active -> active.state() == ReplicationStream.State.ACTIVE);
  }

  private static SyncStreams load(ReplicationStream stream) {
    try {
      return SyncConfigLoader.load(stream.content(), stream.plan(), stream.id().value());
    } catch (InvalidPlanException e) {
      throw configuration(
          "The sync config of replication stream "
              + stream.id()
              + " cannot be run: "
              + e.getMessage(),
          e);
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
  public Optional<StreamId> processing() {
    return storage.streams().processing().map(ReplicationStream::id);
  }

  @Override
  public Optional<StreamId> replacement(StreamId lost, boolean onlyIfStopped) {
    StreamCatalog streams = storage.streams();
    boolean written =
        streams
            .find(lost)
            .filter(
                stream ->
                    stream.state() == ReplicationStream.State.PROCESSING
                        || stream.state() == ReplicationStream.State.ACTIVE)
            .isPresent();
    if (written && onlyIfStopped) {
      return Optional.empty();
    }
    return streams
        .processing()
        .or(this::live)
        .map(ReplicationStream::id)
        .filter(other -> !other.equals(lost));
  }

  @Override
  public void reportFatalError(StreamId stream, String message) {
    storage.streams().reportFatalError(stream, message);
  }

  @Override
  public void clearReplaced() {
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
