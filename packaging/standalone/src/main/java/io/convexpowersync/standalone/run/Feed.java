package io.convexpowersync.standalone.run;

import io.convexpowersync.events.LogDecoder;
import io.convexpowersync.sink.InputPlace;
import io.convexpowersync.sink.PlacedRecord;
import io.convexpowersync.standalone.config.SourceSettings;
import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.StopEngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source engine that reads from a place on, and gives whole polls to a target. Each poll is whole
 * commits. The target works on a thread of its own, while the engine reads on; what is read and not
 * yet written is forgotten when the feed ends, and read again by the next one.
 */
final class Feed implements ChangeConsumer<RecordChangeEvent<SourceRecord>>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
  private static final long STOP_SECONDS = 30;

  /** Takes what was polled, on the feed's thread; a failure ends the feed. */
  interface Target {
    void put(Feed from, List<PlacedRecord> records) throws InterruptedException;
  }

  private final Target target;
  private final BiConsumer<Feed, Optional<Throwable>> ended;
  private final String offsets;
  private final SourceEngine engine;
  private final PolledRecords polled = new PolledRecords();
  private final Thread writing = new Thread(this::write, "feed");
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile Throwable failure;
  private Map<String, ?> newestOffset;
  private InputPlace newestPlace;

  /**
   * @param place source offset to resume from, asked when the engine starts; empty: with a snapshot
   * @param target takes the records
   * @param ended called once when the engine has stopped or the target has failed, with the reason
   *     if there is one
   */
  Feed(
      SourceSettings source,
      Supplier<Optional<Map<String, Object>>> place,
      Target target,
      BiConsumer<Feed, Optional<Throwable>> ended) {
    this.target = target;
    this.ended = ended;
    this.offsets = SinkOffsetStore.register(place);
    this.engine = new SourceEngine(EngineConfig.of(source, offsets), this, this::end);
    writing.setDaemon(true);
  }

  private void end(Optional<Throwable> reason) {
    if (over.compareAndSet(false, true)) {
      failure = reason.orElseGet(() -> new IllegalStateException("the engine has stopped"));
      ended.accept(this, reason);
    }
  }

  private void write() {
    try {
      for (var records = polled.take(); !records.isEmpty(); records = polled.take()) {
        target.put(this, records);
      }
    } catch (InterruptedException e) {
      LOG.debug("Not written any more", e);
    } catch (RuntimeException | Error e) {
      end(Optional.of(e));
    } finally {
      polled.close();
    }
  }

  /** Why the engine has ended, if it has. */
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  void start() {
    writing.start();
    engine.start();
  }

  /**
   * The engine's own notion of what is stored does not matter, and it may be told that something is
   * before it is: it starts from the place that the sink has stored with the data.
   */
  @Override
  public void handleBatch(
      List<RecordChangeEvent<SourceRecord>> batch,
      RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    List<PlacedRecord> records = new ArrayList<>(batch.size());
    for (RecordChangeEvent<SourceRecord> event : batch) {
      records.add(placed(event.record()));
    }
    if (!polled.add(records)) {
      throw new StopEngineException("What was polled is not written any more");
    }
    committer.markProcessed(batch.get(batch.size() - 1));
    committer.markBatchFinished();
  }

  private PlacedRecord placed(SourceRecord record) {
    // Many records share one map.
    if (record.sourceOffset() != newestOffset) {
      newestOffset = record.sourceOffset();
      newestPlace = new InputPlace.SourceConnector(Map.copyOf(record.sourceOffset()));
    }
    return new PlacedRecord(LogDecoder.decode(record.key(), record.value()), newestPlace);
  }

  /** The log topic has no tombstones. */
  @Override
  public boolean supportsTombstoneEvents() {
    return false;
  }

  @Override
  public void close() {
    polled.close();
    try {
      engine.close();
      writing.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
    } catch (InterruptedException e) {
      LOG.warn("Interrupted while the last records are written; the next start goes on there");
      Thread.currentThread().interrupt();
    } finally {
      SinkOffsetStore.unregister(offsets);
    }
  }
}
