package io.convexpowersync.standalone.run;

import io.convexpowersync.events.LogDecoder;
import io.convexpowersync.sink.InputPlace;
import io.convexpowersync.sink.PlacedRecord;
import io.convexpowersync.standalone.config.SourceSettings;
import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A source engine that reads from a place on, and gives whole polls to a target. Each poll is whole
 * commits.
 */
final class Feed implements ChangeConsumer<RecordChangeEvent<SourceRecord>>, AutoCloseable {
  /** Takes what was polled. On the engine's thread; a failure ends the engine. */
  interface Target {
    void put(Feed from, List<PlacedRecord> records) throws InterruptedException;
  }

  private final Target target;
  private final String offsets;
  private final SourceEngine engine;
  private volatile Throwable failure;

  /**
   * @param place source offset to resume from, asked when the engine starts; empty: with a snapshot
   * @param target takes the records
   * @param ended called once when the engine has stopped, with the reason if it failed
   */
  Feed(
      SourceSettings source,
      Supplier<Optional<Map<String, Object>>> place,
      Target target,
      BiConsumer<Feed, Optional<Throwable>> ended) {
    this.target = target;
    this.offsets = SinkOffsetStore.register(place);
    this.engine =
        new SourceEngine(
            EngineConfig.of(source, offsets),
            this,
            reason -> {
              failure = reason.orElseGet(() -> new IllegalStateException("the engine has stopped"));
              ended.accept(this, reason);
            });
  }

  /** Why the engine has ended, if it has. */
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  void start() {
    engine.start();
  }

  /**
   * The engine's own notion of what is stored does not matter: it starts from the place that the
   * sink has stored with the data.
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
    target.put(this, records);
    committer.markProcessed(batch.get(batch.size() - 1));
    committer.markBatchFinished();
  }

  private static PlacedRecord placed(SourceRecord record) {
    return new PlacedRecord(
        LogDecoder.decode(record.key(), record.value()),
        new InputPlace.SourceConnector(Map.copyOf(record.sourceOffset())));
  }

  /** The log topic has no tombstones. */
  @Override
  public boolean supportsTombstoneEvents() {
    return false;
  }

  @Override
  public void close() {
    try {
      engine.close();
    } finally {
      SinkOffsetStore.unregister(offsets);
    }
  }
}
