package io.convexpowersync.sink;

import io.convexpowersync.sink.history.TopicReader;
import io.convexpowersync.sink.input.LogInput;
import io.convexpowersync.sink.input.RegressionWatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.storage.Converter;

/**
 * The log topic as the sink reads it with a consumer of its own: {@code history.consumer.*} of the
 * connector's configuration, and the connector's own converters.
 */
final class TopicHistory implements LogHistory {
  static final String PREFIX = "history.consumer.";
  static final String BOOTSTRAP_SERVERS = PREFIX + "bootstrap.servers";

  private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";

  private final Map<String, String> properties;
  private final TopicPartition partition;

  /**
   * @param properties the connector's configuration
   */
  TopicHistory(Map<String, String> properties) {
    this.properties = Map.copyOf(properties);
    this.partition = new TopicPartition(properties.getOrDefault("topics", "").strip(), 0);
  }

  @Override
  public Optional<String> unavailable() {
    return properties.getOrDefault(BOOTSTRAP_SERVERS, "").isBlank()
        ? Optional.of(
            "the sink reads the log topic with a consumer of its own to build it, and none is"
                + " configured. Set "
                + BOOTSTRAP_SERVERS
                + " (and what else a consumer needs to connect, under "
                + PREFIX
                + "*) in the connector's configuration")
        : Optional.empty();
  }

  @Override
  public Reader open(Optional<InputPlace> place) {
    long from =
        place
            .filter(InputPlace.Topic.class::isInstance)
            .map(InputPlace.Topic.class::cast)
            .filter(stored -> stored.topic().equals(partition.topic()))
            .map(InputPlace.Topic::nextOffset)
            .orElse(0L);
    return new TopicHistoryReader(reading(() -> start(from)));
  }

  private TopicReader start(long from) {
    TopicReader.Converters converters =
        new TopicReader.Converters(
            converter("key.converter", true), converter("value.converter", false));
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            consumerSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      return new TopicReader(consumer, converters, partition, from);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  private Map<String, Object> consumerSettings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("client.id", properties.getOrDefault("name", "powersync-sink") + "-history");
    settings.put("default.api.timeout.ms", "10000");
    settings.put("max.poll.records", "2000");
    settings.putAll(withPrefix(PREFIX));
    settings.putAll(TopicReader.requiredSettings());
    return settings;
  }

  /**
   * As Connect makes it from the connector's configuration; but JSON is read with and without
   * schemas unless that says otherwise, because what the worker's properties say is not known here.
   */
  Converter converter(String key, boolean isKey) {
    String type = properties.getOrDefault(key, JSON);
    Map<String, Object> settings = withPrefix(key + ".");
    if (type.equals(JSON)) {
      settings.putIfAbsent("schemas.enable", "false");
    }
    try {
      Converter converter = Utils.newInstance(type, Converter.class);
      converter.configure(settings, isKey);
      return converter;
    } catch (ClassNotFoundException e) {
      throw new KafkaException(key + " names a class that the connector does not see", e);
    }
  }

  private Map<String, Object> withPrefix(String prefix) {
    Map<String, Object> found = new TreeMap<>();
    properties.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            found.put(key.substring(prefix.length()), value);
          }
        });
    return found;
  }

  private interface Reading<T> {
    T run();
  }

  private <T> T reading(Reading<T> action) {
    try {
      return action.run();
    } catch (DataException e) {
      throw new HistoryUnavailableException(e.getMessage(), e);
    } catch (KafkaException e) {
      throw new HistoryUnavailableException(
          "topic "
              + partition.topic()
              + " cannot be read with "
              + PREFIX
              + "*: "
              + causes(e)
              + ". It is tried again",
          e);
    }
  }

  private static String causes(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null || cause.getMessage() == null
        ? failure.getMessage()
        : failure.getMessage() + ": " + cause.getMessage();
  }

  private final class TopicHistoryReader implements Reader {
    private final TopicReader topic;

    /** History has positions of the past only. */
    private final LogInput input =
        new LogInput(null, new RegressionWatch(Duration.ZERO, Long.MAX_VALUE));

    TopicHistoryReader(TopicReader topic) {
      this.topic = topic;
    }

    @Override
    public List<PlacedRecord> poll(Duration timeout) {
      return input.read(reading(() -> topic.poll(timeout)), PlacedRecord::of);
    }

    @Override
    public long read() {
      return reading(topic::read);
    }

    @Override
    public long written() {
      return reading(topic::written);
    }

    @Override
    public OptionalLong behind() {
      return OptionalLong.of(topic.behind());
    }

    @Override
    public void close() {
      topic.close();
    }
  }
}
