package io.convexpowersync.source;

import io.convexpowersync.events.Position;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.source.notifications.Notifications;
import io.convexpowersync.source.signals.KafkaSignals;
import io.convexpowersync.source.signals.SignalReader;
import io.convexpowersync.source.signals.SignalTable;
import io.convexpowersync.source.stream.CommandReader;
import io.convexpowersync.source.stream.Signal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/** How operators talk to a task (signals), and the task to them (notifications). */
final class OperatorChannels implements AutoCloseable {
  private final Notifications notifications;
  private final CommandReader commands;
  private final Optional<KafkaSignals> kafka;
  private volatile Optional<Position> position;

  /**
   * The channels of a task; none is read yet.
   *
   * @param config the configuration
   * @param environment time
   * @param stored the offset that the task started from
   * @param signals takes signals from other threads
   */
  OperatorChannels(
      SourceConfig config,
      SourceEnvironment environment,
      Optional<SourceOffset> stored,
      Consumer<Signal> signals) {
    this.position = stored.map(SourceOffset::position);
    this.notifications =
        new Notifications(
            config.notifications(), environment.clock(), () -> UUID.randomUUID().toString());
    SignalReader reader =
        new SignalReader(
            config.topics().prefix(),
            () -> position.map(Position::toString).orElse("<none>"),
            notifications);
    this.commands =
        config
            .signalTable()
            .<CommandReader>map(table -> new SignalTable(table, reader))
            .orElse(CommandReader.NONE);
    OptionalLong next =
        stored.map(offset -> offset.capture().nextSignal()).orElse(OptionalLong.empty());
    this.kafka = config.signalTopic().map(topic -> new KafkaSignals(topic, next, reader, signals));
  }

  /** Starts reading. */
  void start() {
    kafka.ifPresent(KafkaSignals::start);
  }

  CommandReader commands() {
    return commands;
  }

  Notifications notifications() {
    return notifications;
  }

  /** Everything up to here is about to be written. */
  void reached(Position reached) {
    position = Optional.of(reached);
  }

  @Override
  public void close() {
    kafka.ifPresent(KafkaSignals::close);
  }
}
