package io.convexpowersync.source;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.HeartbeatRecord;
import io.convexpowersync.events.LogEncoder;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogSchemas;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableTopicEncoder;
import io.convexpowersync.source.stream.Emission;
import io.convexpowersync.source.stream.StreamClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Turns the events of a stream into records, in the same order. An event may become several records
 * (log topic, table topic, tombstone), of which only the last one carries the event's offset; or
 * none, and then the next record carries it.
 */
final class RecordFactory {
  private static final Integer ONLY_PARTITION = 0;
  private static final Integer BY_KEY = null;

  private final SourceConfig config;
  private final Map<String, String> partition;
  private final String logTopic;
  private final String heartbeatTopic;
  private final String name;
  private final LogEncoder logEncoder;
  private final TableTopics tableTopics;
  private final StreamClock clock;
  private final Consumer<SourceRecord> commitPoint;
  private final OffsetMaps offsets = new OffsetMaps();

  private Map<String, Object> reached;
  private long heartbeatAt = Long.MIN_VALUE;

  /**
   * For one task.
   *
   * @param config the configuration
   * @param origin where the records come from
   * @param clock time
   * @param commitPoint is told the last record of everything that must not be split
   * @param stored the offset that the task started from
   */
  RecordFactory(
      SourceConfig config,
      LogOrigin origin,
      StreamClock clock,
      Consumer<SourceRecord> commitPoint,
      Optional<SourceOffset> stored) {
    this.config = config;
    this.partition = SourcePartition.of(origin.name());
    this.logTopic = config.topics().log();
    this.heartbeatTopic = config.topics().heartbeat();
    this.name = origin.name();
    this.logEncoder = new LogEncoder(origin);
    this.tableTopics = new TableTopics(config.topics(), origin);
    this.clock = clock;
    this.commitPoint = commitPoint;
    this.reached = offsets.of(stored);
  }

  /** A record without its offset. */
  private record Draft(
      String topic,
      Integer partition,
      Schema keySchema,
      Object key,
      Schema valueSchema,
      Object value,
      long timestampMs,
      ConnectHeaders headers) {}

  List<SourceRecord> records(List<Emission> emissions) {
    List<SourceRecord> records = new ArrayList<>(emissions.size());
    for (int i = 0; i < emissions.size(); i++) {
      Emission emission = emissions.get(i);
      List<Draft> drafts = drafts(emission.event());
      Map<String, Object> offset = offsets.of(emission.offset());
      for (int j = 0; j < drafts.size(); j++) {
        records.add(record(drafts.get(j), j < drafts.size() - 1 ? reached : offset));
      }
      reached = offset;
      boolean last = i == emissions.size() - 1;
      // The marker behind a commit belongs to it.
      boolean complete = emission.boundary() && isChange(emissions, i + 1);
      if ((last || complete) && !records.isEmpty()) {
        commitPoint.accept(records.get(records.size() - 1));
      }
    }
    return records;
  }

  private static boolean isChange(List<Emission> emissions, int index) {
    return index < emissions.size() && emissions.get(index).event() instanceof Change;
  }

  private SourceRecord record(Draft draft, Map<String, Object> offset) {
    return new SourceRecord(
        partition,
        offset,
        draft.topic(),
        draft.partition(),
        draft.keySchema(),
        draft.key(),
        draft.valueSchema(),
        draft.value(),
        draft.timestampMs(),
        draft.headers());
  }

  private List<Draft> drafts(LogEvent event) {
    List<Draft> drafts = new ArrayList<>(3);
    if (config.tableTopics()) {
      if (event instanceof Change change) {
        addTableRecords(drafts, change);
      } else if (event instanceof Marker.Resolved) {
        addHeartbeat(drafts);
      }
    }
    if (config.logTopic()) {
      drafts.add(
          new Draft(
              logTopic,
              ONLY_PARTITION,
              LogSchemas.KEY,
              LogEncoder.key(event),
              LogSchemas.VALUE,
              logEncoder.value(event),
              timestampMs(event),
              null));
    }
    return drafts;
  }

  private void addTableRecords(List<Draft> drafts, Change change) {
    TableTopicEncoder encoder = tableTopics.of(change.table());
    ConnectHeaders headers = new ConnectHeaders();
    headers.addString(
        TableTopicEncoder.TS_HEADER, Long.toString(TableTopicEncoder.commitTs(change)));
    Draft envelope =
        new Draft(
            encoder.topic(),
            BY_KEY,
            change instanceof Change.Truncate ? null : encoder.keySchema(),
            encoder.key(change),
            encoder.valueSchema(),
            encoder.value(change, Instant.ofEpochMilli(clock.wallMs())),
            timestampMs(change),
            headers);
    drafts.add(envelope);
    if (change instanceof Change.Delete && config.tombstonesOnDelete()) {
      drafts.add(
          new Draft(
              envelope.topic(),
              BY_KEY,
              envelope.keySchema(),
              envelope.key(),
              null,
              null,
              envelope.timestampMs(),
              headers));
    }
  }

  private void addHeartbeat(List<Draft> drafts) {
    long now = clock.elapsedMs();
    boolean due =
        heartbeatAt == Long.MIN_VALUE || now - heartbeatAt >= config.heartbeatIntervalMs();
    // Without a log topic nothing else carries the offset.
    if (due || !config.logTopic()) {
      heartbeatAt = now;
      drafts.add(
          new Draft(
              heartbeatTopic,
              ONLY_PARTITION,
              HeartbeatRecord.KEY,
              HeartbeatRecord.key(name),
              HeartbeatRecord.VALUE,
              HeartbeatRecord.value(clock.wallMs()),
              clock.wallMs(),
              null));
    }
  }

  /**
   * The time of the position. A snapshot row's own commit may be years old, and a topic that
   * deletes by age would drop it at once.
   */
  private static long timestampMs(LogEvent event) {
    return TimeUnit.NANOSECONDS.toMillis(event.position().ts());
  }
}
