package io.convexpowersync.source;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.HeartbeatRecord;
import io.convexpowersync.events.LogEncoder;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.SnapshotFlag;
import io.convexpowersync.source.notifications.Notifications;
import io.convexpowersync.source.records.Batch;
import io.convexpowersync.source.records.Documents;
import io.convexpowersync.source.records.Draft;
import io.convexpowersync.source.records.SizeGuard;
import io.convexpowersync.source.records.SkippedRecords;
import io.convexpowersync.source.records.TableRecords;
import io.convexpowersync.source.stream.Emission;
import io.convexpowersync.source.stream.StreamClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Turns the events of a stream into records, in the same order. An event may become several records
 * (log topic, table topic, tombstone, transaction topic), or none. The rule for their offsets is
 * {@link Batch}'s.
 */
final class RecordFactory {
  private static final Integer ONLY_PARTITION = 0;

  private final SourceConfig config;
  private final Map<String, String> partition;
  private final String logTopic;
  private final String heartbeatTopic;
  private final String name;
  private final LogEncoder logEncoder;
  private final SizeGuard sizes;
  private final Documents documents;
  private final TableRecords tableRecords;
  private final StreamClock clock;
  private final Outlets outlets;
  private final OffsetMaps offsets = new OffsetMaps();

  private Map<String, Object> reached;
  private long heartbeatAt = Long.MIN_VALUE;

  /**
   * For one task.
   *
   * @param config the configuration
   * @param origin where the records come from
   * @param clock time
   * @param outlets what else records go through
   * @param stored the offsets that the task started from
   */
  RecordFactory(
      SourceConfig config,
      LogOrigin origin,
      StreamClock clock,
      Outlets outlets,
      StoredOffsets stored) {
    this.config = config;
    this.partition = SourcePartition.of(origin.name());
    this.logTopic = config.topics().log();
    this.heartbeatTopic = config.topics().heartbeat();
    this.name = origin.name();
    this.logEncoder = new LogEncoder(origin);
    this.sizes = new SizeGuard(config.sizeLimit());
    this.documents = config.documents(stored.reader());
    this.tableRecords = new TableRecords(config.records(), documents, origin, clock);
    this.clock = clock;
    this.outlets = outlets;
    this.reached = offsets.of(stored.stream());
  }

  /**
   * What else records go through.
   *
   * @param commitPoint is told the last record of everything that must not be split
   * @param notifications add records of their own
   */
  record Outlets(Consumer<SourceRecord> commitPoint, Notifications notifications) {}

  List<SourceRecord> records(List<Emission> emissions) {
    Batch batch = new Batch(partition, reached, clock.wallMs());
    learn(emissions, batch);
    for (int i = 0; i < emissions.size(); i++) {
      Emission emission = emissions.get(i);
      batch.add(drafts(emissions, i));
      batch.reached(offsets.of(emission.offset()));
      batch.add(outlets.notifications().after(emission));
      // The marker behind a commit belongs to it.
      if (emission.boundary() && change(emissions, i + 1).isPresent()) {
        batch.transactionEnd();
      }
    }
    batch.add(outlets.notifications().waiting());
    batch.transactionEnd();
    reached = batch.offset();
    return batch.records(outlets.commitPoint());
  }

  /**
   * What is learnt of the documents is stored before, or together with, the first that needs it.
   */
  private void learn(List<Emission> emissions, Batch batch) {
    if (config.tableTopics()) {
      List<Change> changes = new ArrayList<>();
      for (int i = 0; i < emissions.size(); i++) {
        change(emissions, i).ifPresent(changes::add);
      }
      documents
          .learn(changes)
          .forEach((table, offset) -> batch.addApart(heartbeat(), table, offset));
    }
  }

  /** Documents that were left out because of their size. */
  SkippedRecords skipped() {
    return sizes;
  }

  private List<Draft> drafts(List<Emission> emissions, int index) {
    Emission emission = emissions.get(index);
    LogEvent event = emission.event();
    List<Draft> drafts = new ArrayList<>(3);
    boolean leftOut = event instanceof Change change && !sizes.accepts(change);
    if (config.tableTopics()) {
      if (event instanceof Change change) {
        drafts.addAll(tableRecords.of(placed(change, leftOut, emissions, index)));
      } else if (event instanceof Marker.Resolved) {
        addHeartbeat(drafts);
      }
    }
    if (config.logTopic()) {
      drafts.add(
          Draft.of(
              logTopic,
              ONLY_PARTITION,
              LogEncoder.key(event),
              logEncoder.value(event, emission.index()),
              TimeUnit.NANOSECONDS.toMillis(event.position().ts())));
    }
    return drafts;
  }

  private static TableRecords.Placed placed(
      Change change, boolean leftOut, List<Emission> emissions, int index) {
    SnapshotFlag flag = emissions.get(index).snapshot();
    boolean first = !isOfSameCommit(change, emissions, index - 1);
    boolean last = !isOfSameCommit(change, emissions, index + 1);
    return new TableRecords.Placed(change, flag, first, last, leftOut);
  }

  private static boolean isOfSameCommit(Change change, List<Emission> emissions, int index) {
    return change(emissions, index)
        .filter(other -> other.position().equals(change.position()))
        .isPresent();
  }

  private static Optional<Change> change(List<Emission> emissions, int index) {
    return index >= 0
            && index < emissions.size()
            && emissions.get(index).event() instanceof Change change
        ? Optional.of(change)
        : Optional.empty();
  }

  private void addHeartbeat(List<Draft> drafts) {
    long now = clock.elapsedMs();
    boolean due =
        heartbeatAt == Long.MIN_VALUE || now - heartbeatAt >= config.heartbeatIntervalMs();
    // Without a log topic nothing else carries the offset.
    if (due || !config.logTopic()) {
      heartbeatAt = now;
      drafts.add(heartbeat());
    }
  }

  private Draft heartbeat() {
    long wallMs = clock.wallMs();
    return Draft.of(
        heartbeatTopic,
        ONLY_PARTITION,
        HeartbeatRecord.key(name),
        HeartbeatRecord.value(wallMs),
        wallMs);
  }
}
