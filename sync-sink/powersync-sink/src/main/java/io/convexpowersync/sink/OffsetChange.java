package io.convexpowersync.sink;

import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StorageException;
import io.convexpowersync.storage.StreamWriter;
import io.convexpowersync.storage.WriteTransaction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes where a stopped connector goes on to read, as asked for through Connect's REST API. The
 * place is in the storage, beside the data.
 *
 * <p>Only backwards: what a stream has published stays as it is, and what is read again is dropped,
 * so reading again is always right. A stream that left something out would never be right again:
 * that is refused, and with it everything beyond the end of the log.
 */
final class OffsetChange {
  private static final Logger LOG = LoggerFactory.getLogger(OffsetChange.class);

  private final TopicPartition log;
  private final String owner;

  /**
   * @param topic the log topic
   * @param owner the connector's name, under which it takes the lease
   */
  OffsetChange(String topic, String owner) {
    this.log = new TopicPartition(topic, 0);
    this.owner = owner;
  }

  /**
   * @param offsets of the next record to read; null for the log's first one
   * @throws ConnectException when that cannot be right, or the storage cannot be changed now
   */
  void apply(PowerSyncSinkConfig config, Map<TopicPartition, Long> offsets) {
    offsets.forEach(this::check);
    if (!offsets.containsKey(log)) {
      return;
    }
    Optional<Long> wanted = Optional.ofNullable(offsets.get(log));
    try (BucketStorage storage = BucketStorage.open(config.storage(owner))) {
      change(storage, wanted);
    } catch (StorageException e) {
      throw new ConnectException("The stored place was not changed: " + e.getMessage(), e);
    }
  }

  private void check(TopicPartition partition, Long offset) {
    if (offset == null) {
      return; // A reset is harmless, also of what we never had.
    }
    if (!partition.equals(log)) {
      throw new ConnectException(
          "This connector reads partition 0 of topic "
              + log.topic()
              + " and has no offset in "
              + partition
              + ". Give {\"kafka_topic\": \""
              + log.topic()
              + "\", \"kafka_partition\": 0}");
    }
    if (offset < 0) {
      throw new ConnectException("An offset is never negative: " + offset);
    }
  }

  private void change(BucketStorage storage, Optional<Long> wanted) {
    List<ReplicationStream> streams =
        storage.streams().list().stream()
            .filter(
                stream ->
                    stream.state() == ReplicationStream.State.ACTIVE
                        || stream.state() == ReplicationStream.State.PROCESSING)
            .toList();
    for (ReplicationStream stream : streams) {
      StoredPlace place =
          storage
              .streams()
              .place(stream.id())
              .map(StoredPlaceCodec::decode)
              .orElse(StoredPlace.START);
      boolean only = streams.size() == 1;
      boolean served = stream.state() == ReplicationStream.State.ACTIVE;
      if (wanted.isPresent() && (served || only)) {
        refuseToSkip(stream, place, wanted.get());
      }
      if (nextOffset(place) > wanted.orElse(0L)) {
        save(storage, stream, place, wanted.orElse(0L));
      }
    }
  }

  private void refuseToSkip(ReplicationStream stream, StoredPlace place, long wanted) {
    if (wanted > nextOffset(place)) {
      throw new ConnectException(
          "Replication stream "
              + stream.id()
              + " has read "
              + log
              + " up to offset "
              + nextOffset(place)
              + "; going on at "
              + wanted
              + " would leave changes out, and clients would never get them. An offset may only go"
              + " back. To build everything anew, deploy the sync config again");
    }
  }

  private long nextOffset(StoredPlace place) {
    return place
        .input()
        .filter(InputPlace.Topic.class::isInstance)
        .map(InputPlace.Topic.class::cast)
        .filter(topic -> topic.topic().equals(log.topic()))
        .map(InputPlace.Topic::nextOffset)
        .orElse(0L);
  }

  /** Under the lease: nobody writes the stream meanwhile. */
  private void save(
      BucketStorage storage, ReplicationStream stream, StoredPlace place, long offset) {
    InputPlace input = new InputPlace.Topic(log.topic(), log.partition(), offset);
    StoredPlace changed = place.movedBackTo(input);
    try (StreamWriter writer = storage.openWriter(stream.id(), owner);
        WriteTransaction transaction = writer.begin()) {
      transaction.savePlace(StoredPlaceCodec.encode(changed));
      transaction.commit();
    }
    LOG.info(
        "Replication stream {} reads {} from offset {} again; what it holds already is dropped",
        stream.id(),
        log,
        offset);
  }
}
