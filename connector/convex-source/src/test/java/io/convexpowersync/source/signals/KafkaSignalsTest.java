package io.convexpowersync.source.signals;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.source.notifications.NotificationSettings;
import io.convexpowersync.source.notifications.Notifications;
import io.convexpowersync.source.stream.ManualClock;
import io.convexpowersync.source.stream.Signal;
import io.convexpowersync.source.stream.SnapshotCommand;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Signals from a topic. */
final class KafkaSignalsTest {
  private static final TopicPartition TOPIC = new TopicPartition("crm-signal", 0);
  private static final String STOP = "{\"id\":\"s\",\"type\":\"stop-snapshot\"}";

  private final MockConsumer<String, String> consumer = new MockConsumer<>("earliest");
  private final BlockingQueue<Signal> received = new LinkedBlockingQueue<>();
  private KafkaSignals signals;

  @AfterEach
  void stop() {
    if (signals != null) {
      signals.close();
    }
  }

  @Test
  void theFirstStartBeginsAtTheEndAndRemembersThePlaceAtOnce() throws InterruptedException {
    topic(0, 7);
    start(OptionalLong.empty(), Map.of());
    assertThat(next()).isEqualTo(new Signal(Optional.empty(), OptionalLong.of(7)));
    arrives(7, "crm", STOP);
    assertThat(next())
        .isEqualTo(new Signal(Optional.of(new SnapshotCommand.Stop()), OptionalLong.of(8)));
  }

  @Test
  void theFirstStartCanBeginAtTheBeginning() throws InterruptedException {
    topic(3, 7);
    start(OptionalLong.empty(), Map.of("auto.offset.reset", "earliest"));
    assertThat(next()).isEqualTo(new Signal(Optional.empty(), OptionalLong.of(3)));
  }

  @Test
  void aLaterStartGoesOnBehindTheSignalThatTheOffsetRemembers() throws InterruptedException {
    topic(0, 7);
    arrives(4, "crm", STOP);
    arrives(5, "crm", STOP);
    start(OptionalLong.of(5), Map.of());
    assertThat(next().next()).hasValue(6);
  }

  @Test
  void messagesForOthersAndWithoutAValueAreLeftOut() throws InterruptedException {
    topic(0, 0);
    arrives(0, "erp", STOP);
    arrives(1, null, STOP);
    arrives(2, "crm", null);
    arrives(3, "crm", STOP);
    start(OptionalLong.of(0), Map.of());
    assertThat(next().next()).hasValue(4);
  }

  @Test
  void aRefusedSignalMovesThePlaceToo() throws InterruptedException {
    topic(0, 0);
    arrives(0, "crm", "words");
    start(OptionalLong.of(0), Map.of());
    assertThat(next()).isEqualTo(new Signal(Optional.empty(), OptionalLong.of(1)));
  }

  @Test
  void closingEndsThePauseAfterAFailure() throws InterruptedException {
    AtomicInteger attempts = new AtomicInteger();
    signals =
        new KafkaSignals(
            settings(Map.of()),
            OptionalLong.empty(),
            reader(),
            received::add,
            config -> {
              attempts.incrementAndGet();
              throw new KafkaException("No broker");
            });
    signals.start();
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (attempts.get() == 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    long start = System.nanoTime();
    signals.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    assertThat(attempts).hasValue(1);
    assertThat(received).isEmpty();
  }

  private void topic(long beginning, long end) {
    consumer.updateBeginningOffsets(Map.of(TOPIC, beginning));
    consumer.updateEndOffsets(Map.of(TOPIC, end));
  }

  private void arrives(long offset, String key, String value) {
    consumer.schedulePollTask(
        () ->
            consumer.addRecord(
                new ConsumerRecord<>(TOPIC.topic(), TOPIC.partition(), offset, key, value)));
  }

  private void start(OptionalLong stored, Map<String, Object> config) {
    signals = new KafkaSignals(settings(config), stored, reader(), received::add, c -> consumer);
    signals.start();
  }

  private static KafkaSignalSettings settings(Map<String, Object> config) {
    return new KafkaSignalSettings(TOPIC.topic(), "crm", config);
  }

  private static SignalReader reader() {
    return new SignalReader(
        "crm",
        () -> "17",
        new Notifications(
            new NotificationSettings("crm", false, Optional.empty()),
            new ManualClock(),
            () -> "n1"));
  }

  private Signal next() throws InterruptedException {
    Signal signal = received.poll(10, TimeUnit.SECONDS);
    assertThat(signal).isNotNull();
    return signal;
  }
}
