package io.convexpowersync.standalone.run;

import io.convexpowersync.events.LogDecoder;
import io.convexpowersync.sink.InputPlace;
import io.convexpowersync.sink.PlacedRecord;
import io.convexpowersync.sink.SinkCore;
import io.convexpowersync.storage.StorageException;
import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives what the source polled to the sink. Whatever may pass (database restart, deadlock) is
 * retried in here, for as long as it takes: the engine would go on with the next batch instead.
 */
final class SinkConsumer implements ChangeConsumer<RecordChangeEvent<SourceRecord>> {
  private static final Logger LOG = LoggerFactory.getLogger(SinkConsumer.class);
  private static final long FIRST_PAUSE_MS = 250;
  private static final long LONGEST_PAUSE_MS = 10_000;

  private final SinkCore sink;
  private final CountDownLatch stop;
  private final LongConsumer publishLater;

  /**
   * @param stop ends the retrying
   * @param publishLater has the sink's idle work done in that many milliseconds
   */
  SinkConsumer(SinkCore sink, CountDownLatch stop, LongConsumer publishLater) {
    this.sink = sink;
    this.stop = stop;
    this.publishLater = publishLater;
  }

  @Override
  public void handleBatch(
      List<RecordChangeEvent<SourceRecord>> batch,
      RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    List<PlacedRecord> records = new ArrayList<>(batch.size());
    for (RecordChangeEvent<SourceRecord> event : batch) {
      records.add(placed(event.record()));
    }
    put(records);
    sink.publicationDueMs().ifPresent(publishLater);
    committer.markProcessed(batch.get(batch.size() - 1));
    committer.markBatchFinished();
  }

  private static PlacedRecord placed(SourceRecord record) {
    return new PlacedRecord(
        LogDecoder.decode(record.key(), record.value()),
        new InputPlace.SourceConnector(Map.copyOf(record.sourceOffset())));
  }

  private void put(List<PlacedRecord> records) throws InterruptedException {
    long pause = FIRST_PAUSE_MS;
    while (true) {
      try {
        sink.put(records);
        return;
      } catch (StorageException e) {
        if (e.kind() != StorageException.Kind.TRANSIENT) {
          throw e;
        }
        LOG.warn("{} Next attempt in {} ms", e.getMessage(), pause);
      }
      if (stop.await(pause, TimeUnit.MILLISECONDS)) {
        throw new InterruptedException("Stopped while the storage could not be reached");
      }
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
  }

  /** The log topic has no tombstones. */
  @Override
  public boolean supportsTombstoneEvents() {
    return false;
  }
}
