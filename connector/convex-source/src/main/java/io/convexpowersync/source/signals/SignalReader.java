package io.convexpowersync.source.signals;

import io.convexpowersync.source.notifications.Notifications;
import io.convexpowersync.source.stream.SnapshotCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Understands signals, carries out those that are not for the stream, and says what became of each
 * one. A signal that is not understood never stops the task. May be used by any thread.
 */
public final class SignalReader {
  private static final Logger LOG = LoggerFactory.getLogger(SignalReader.class);

  private final String name;
  private final Supplier<String> position;
  private final Notifications notifications;

  /**
   * For one task.
   *
   * @param name the connector's {@code topic.prefix}
   * @param position says where the stream is
   * @param notifications are told
   */
  public SignalReader(String name, Supplier<String> position, Notifications notifications) {
    this.name = name;
    this.position = position;
    this.notifications = notifications;
  }

  /**
   * Reads a signal.
   *
   * @param channel where it came from
   * @param text the signal, as JSON
   * @return what the stream is to do, if it is
   */
  Optional<SnapshotCommand> read(String channel, String text) {
    SignalMessage signal = new SignalMessage("", "", null);
    try {
      signal = SignalMessage.parse(text);
      SignalAction action = SignalAction.of(signal);
      if (action instanceof SignalAction.Log line) {
        LOG.info("{}: {}", name, line.message().replace("{}", position.get()));
        tell("ACCEPTED", signal, line.message());
        return Optional.empty();
      }
      SignalAction.Command command = (SignalAction.Command) action;
      LOG.info(
          "{}: signal '{}' of {} asks for {}", name, signal.id(), channel, command.description());
      tell("ACCEPTED", signal, command.description());
      return Optional.of(command.command());
    } catch (InvalidSignalException e) {
      LOG.warn(
          "{}: signal '{}' {} of {} is refused. {}",
          name,
          signal.id(),
          signal.type(),
          channel,
          e.getMessage());
      tell("REFUSED", signal, e.getMessage());
      return Optional.empty();
    }
  }

  private void tell(String outcome, SignalMessage signal, String details) {
    Map<String, String> data = new LinkedHashMap<>();
    data.put("signal_id", signal.id());
    data.put("signal_type", signal.type());
    data.put("details", details);
    notifications.signal(outcome, data);
  }
}
