package io.convexpowersync.system.install;

import io.convexpowersync.emulator.TablePath;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogDecoder;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.Marker;
import io.convexpowersync.system.Storage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.json.JsonConverter;

/** The committed records of a log topic, read along. */
final class CommittedLog implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final JsonConverter keys = new JsonConverter();
  private final JsonConverter values = new JsonConverter();
  private final List<LogEvent> events = new ArrayList<>();
  private long resolved;

  CommittedLog(String bootstrapServers, String topic) {
    this.topic = topic;
    // As the examples write it.
    Map<String, String> json = Map.of("schemas.enable", "false");
    keys.configure(json, true);
    values.configure(json, false);
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "isolation.level", "read_committed",
            "auto.offset.reset", "earliest");
    consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(List.of(new TopicPartition(topic, 0)));
  }

  /** Reads until a resolved marker at or behind a timestamp (ns). */
  void awaitResolved(long ts) {
    Storage.await(
        LIMIT,
        () -> {
          consumer.poll(Duration.ofMillis(50)).forEach(this::take);
          return resolved >= ts;
        });
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    Object key = keys.toConnectData(topic, record.key()).value();
    Object value = values.toConnectData(topic, record.value()).value();
    LogEvent event = LogDecoder.decode(key, value).event();
    events.add(event);
    if (event instanceof Marker.Resolved marker) {
      resolved = marker.position().ts();
    }
  }

  List<LogEvent> events() {
    return events;
  }

  /** What whoever applied all changes holds. */
  SortedMap<TablePath, SortedMap<String, String>> state() {
    SortedMap<TablePath, SortedMap<String, String>> state = new TreeMap<>();
    for (LogEvent event : events) {
      if (event instanceof Change.Upsert upsert) {
        state
            .computeIfAbsent(path(upsert), any -> new TreeMap<>())
            .put(upsert.id(), upsert.document());
      } else if (event instanceof Change.Delete delete) {
        state.getOrDefault(path(delete), new TreeMap<>()).remove(delete.id());
      }
    }
    return state;
  }

  private static TablePath path(Change change) {
    return new TablePath(change.table().component(), change.table().table());
  }

  @Override
  public void close() {
    consumer.close();
  }
}
