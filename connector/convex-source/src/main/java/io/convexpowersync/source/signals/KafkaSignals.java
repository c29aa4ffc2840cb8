package io.convexpowersync.source.signals;

import io.convexpowersync.source.stream.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Signals that are messages of a topic, Debezium's channel {@code kafka}. Read by a thread of its
 * own, without a consumer group: the source offset remembers the place, together with what the
 * signals asked for. Without a place, reading starts at the end of the topic, because what was
 * asked of an earlier connector is done. A topic that cannot be read does not disturb the task.
 */
public final class KafkaSignals implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaSignals.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final long RETRY_MS = 30_000;
  private static final long JOIN_MS = 5_000;
  private static final String EARLIEST = "earliest";

  /** Makes consumers. */
  interface Consumers extends Function<Map<String, Object>, Consumer<String, String>> {}

  private final KafkaSignalSettings settings;
  private final TopicPartition partition;
  private final SignalReader reader;
  private final java.util.function.Consumer<Signal> target;
  private final Consumers consumers;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;
  private OptionalLong next;
  private volatile Consumer<String, String> open;

  /**
   * A reader that does not run yet.
   *
   * @param settings where to read
   * @param next the place that the offset remembers
   * @param reader understands the signals
   * @param target takes them, from another thread
   */
  public KafkaSignals(
      KafkaSignalSettings settings,
      OptionalLong next,
      SignalReader reader,
      java.util.function.Consumer<Signal> target) {
    this(settings, next, reader, target, KafkaSignals::consumer);
  }

  KafkaSignals(
      KafkaSignalSettings settings,
      OptionalLong next,
      SignalReader reader,
      java.util.function.Consumer<Signal> target,
      Consumers consumers) {
    this.settings = settings;
    this.partition = new TopicPartition(settings.topic(), 0);
    this.next = next;
    this.reader = reader;
    this.target = target;
    this.consumers = consumers;
    Map<String, String> context = MDC.getCopyOfContextMap();
    this.thread = new Thread(() -> run(context), "convex-" + settings.key() + "-signals");
    thread.setDaemon(true);
  }

  private static Consumer<String, String> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }

  /** Starts reading. */
  public void start() {
    thread.start();
  }

  private void run(Map<String, String> context) {
    if (context != null) {
      MDC.setContextMap(context);
    }
    while (!isStopped()) {
      try (Consumer<String, String> consumer = consumers.apply(settings.consumer())) {
        open = consumer;
        follow(consumer);
      } catch (KafkaException e) {
        pauseAfter(e);
      }
    }
  }

  private void pauseAfter(KafkaException e) {
    if (isStopped()) {
      return;
    }
    LOG.warn(
        "Signals cannot be read from the topic {}; trying again in {} s. Check signal.kafka.topic,"
            + " signal.kafka.bootstrap.servers and signal.consumer.*",
        settings.topic(),
        RETRY_MS / 1000,
        e);
    try {
      stopped.await(RETRY_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      stopped.countDown();
    }
  }

  private void follow(Consumer<String, String> consumer) {
    consumer.assign(List.of(partition));
    if (next.isEmpty()) {
      chooseStart(consumer);
    }
    consumer.seek(partition, next.getAsLong());
    LOG.info("Reading signals from the topic {}, offset {} on", settings.topic(), next.getAsLong());
    while (!isStopped()) {
      consumer.poll(POLL).records(partition).forEach(this::take);
    }
  }

  private void chooseStart(Consumer<String, String> consumer) {
    if (EARLIEST.equals(settings.consumer().get(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG))) {
      consumer.seekToBeginning(List.of(partition));
    } else {
      consumer.seekToEnd(List.of(partition));
    }
    next = OptionalLong.of(consumer.position(partition));
    // From now on no signal is missed, also while the task is not running.
    target.accept(new Signal(Optional.empty(), next));
  }

  private void take(ConsumerRecord<String, String> message) {
    next = OptionalLong.of(message.offset() + 1);
    if (settings.key().equals(message.key()) && message.value() != null) {
      target.accept(new Signal(reader.read("topic " + settings.topic(), message.value()), next));
    }
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /** Stops reading. */
  @Override
  public void close() {
    stopped.countDown();
    Consumer<String, String> consumer = open;
    if (consumer != null) {
      consumer.wakeup();
    }
    try {
      thread.join(JOIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
