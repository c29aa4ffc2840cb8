package io.convexpowersync.source;

import io.convexpowersync.emulator.ConvexEmulator;
import io.convexpowersync.events.LogDecoder;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.SourceOffsetCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.connect.source.SourceRecord;

/** Runs a task against a deployment the way Connect does, and keeps what it returned. */
final class TaskHarness implements AutoCloseable {
  static final String PREFIX = "crm";
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final List<List<SourceRecord>> batches = new ArrayList<>();
  private final FakeTaskContext context;
  private final ConvexSourceTask task;

  private TaskHarness(Map<String, String> properties, FakeTaskContext context) {
    this.context = context;
    this.task = new ConvexSourceTask();
    task.initialize(context);
    task.start(properties);
  }

  static TaskHarness start(Map<String, String> properties) {
    return new TaskHarness(properties, new FakeTaskContext(properties, null));
  }

  static TaskHarness resume(Map<String, String> properties, Map<String, ?> storedOffset) {
    return new TaskHarness(
        properties, new FakeTaskContext(properties, new HashMap<>(storedOffset)));
  }

  /** Goes on with everything that another run had stored when it ended. */
  static TaskHarness resume(Map<String, String> properties, TaskHarness ended) {
    Map<Map<String, ?>, Map<String, Object>> stored = new HashMap<>();
    ended.records().forEach(record -> stored.put(record.sourcePartition(), offset(record)));
    return resumeStored(properties, stored);
  }

  /** Goes on with stored offsets by source partition. */
  static TaskHarness resumeStored(
      Map<String, String> properties, Map<Map<String, ?>, Map<String, Object>> stored) {
    Map<String, ?> stream = Map.of("deployment", PREFIX);
    FakeTaskContext context = new FakeTaskContext(properties, new HashMap<>(stored.get(stream)));
    stored.forEach(context::store);
    return new TaskHarness(properties, context);
  }

  static TaskHarness startWithConnectorBoundaries(Map<String, String> properties) {
    return new TaskHarness(
        properties, new FakeTaskContext(properties, null).withConnectorBoundaries());
  }

  static TaskHarness resumeWithConnectorBoundaries(
      Map<String, String> properties, Map<String, ?> storedOffset) {
    return new TaskHarness(
        properties,
        new FakeTaskContext(properties, new HashMap<>(storedOffset)).withConnectorBoundaries());
  }

  /** A configuration with the log topic only, and small intervals. */
  static Map<String, String> logOnly(ConvexEmulator emulator) {
    Map<String, String> properties = new HashMap<>();
    properties.put("deployment.url", emulator.url());
    properties.put("deploy.key", emulator.adminKey());
    properties.put("topic.prefix", PREFIX);
    properties.put("table.topics", "false");
    properties.put("log.topic", "true");
    properties.put("poll.interval.ms", "10");
    properties.put("resolved.interval.ms", "0");
    return properties;
  }

  /** A configuration with table topics only, and small intervals. */
  static Map<String, String> tablesOnly(ConvexEmulator emulator) {
    Map<String, String> properties = logOnly(emulator);
    properties.put("table.topics", "true");
    properties.put("log.topic", "false");
    properties.put("heartbeat.interval.ms", "1");
    return properties;
  }

  /** Polls once. */
  List<SourceRecord> poll() {
    try {
      List<SourceRecord> batch = task.poll();
      if (batch != null) {
        batches.add(batch);
      }
      return batch == null ? List.of() : batch;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Polls until some batch ends in a fitting offset. */
  TaskHarness pollUntil(Predicate<SourceOffset> reached) {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (System.nanoTime() < deadline) {
      poll();
      if (offset().filter(reached).isPresent()) {
        return this;
      }
    }
    throw new AssertionError("Not reached within " + DEADLINE + "; at " + offset());
  }

  /** Polls until everything up to a timestamp is resolved. */
  TaskHarness pollTo(long ts) {
    return pollUntil(
        offset ->
            offset instanceof SourceOffset.Streaming
                && offset.lastResolved().filter(resolved -> resolved.ts() >= ts).isPresent());
  }

  List<List<SourceRecord>> batches() {
    return batches;
  }

  List<SourceRecord> records() {
    return batches.stream().flatMap(List::stream).toList();
  }

  List<SourceRecord> records(String topic) {
    return records().stream().filter(record -> record.topic().equals(topic)).toList();
  }

  List<LogEvent> events() {
    return records().stream().map(TaskHarness::event).toList();
  }

  static LogEvent event(SourceRecord record) {
    return LogDecoder.decode(record.key(), record.value()).event();
  }

  Optional<SourceOffset> offset() {
    return lastOffset().map(SourceOffsetCodec::decode);
  }

  Optional<Map<String, ?>> lastOffset() {
    List<SourceRecord> records = records();
    return records.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(offset(records.get(records.size() - 1)));
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> offset(SourceRecord record) {
    return (Map<String, Object>) record.sourceOffset();
  }

  /** The timestamp of a record's offset (ns). */
  static long ts(SourceRecord record) {
    return Long.parseLong((String) offset(record).get("ts"));
  }

  FakeTaskContext context() {
    return context;
  }

  @Override
  public void close() {
    task.stop();
  }
}
