package io.convexpowersync.source.signals;

import com.fasterxml.jackson.databind.JsonNode;
import io.convexpowersync.events.TableId;
import io.convexpowersync.source.stream.SnapshotCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What a signal asks for. */
sealed interface SignalAction {
  /** Something that the stream does. */
  record Command(SnapshotCommand command, String description) implements SignalAction {}

  /** A line in the log. */
  record Log(String message) implements SignalAction {}

  /**
   * The action of a signal of Debezium's.
   *
   * @throws InvalidSignalException when there is none
   */
  static SignalAction of(SignalMessage signal) throws InvalidSignalException {
    return switch (signal.type()) {
      case "execute-snapshot" -> execute(signal.data());
      case "stop-snapshot" -> stop(signal.data());
      case "log" -> log(signal.data());
      default ->
          throw new InvalidSignalException(
              "This connector does not know the type; it knows execute-snapshot, stop-snapshot and"
                  + " log");
    };
  }

  private static SignalAction execute(JsonNode data) throws InvalidSignalException {
    if (!data.path("additional-conditions").isEmpty()) {
      throw new InvalidSignalException(
          "Convex reads tables as a whole, so additional-conditions cannot be obeyed");
    }
    checkType(data);
    List<String> expressions = tables(data);
    if (expressions.isEmpty()) {
      throw new InvalidSignalException(
          "data-collections is missing: a list of regular expressions, such as"
              + " [\"users\", \"waitlist/.*\"], or [\".*\"] for all");
    }
    return new Command(
        new SnapshotCommand.Take(matching(expressions)), "a snapshot of " + expressions);
  }

  /** Convex reads at a pinned time, so that a window between watermarks is not needed. */
  private static void checkType(JsonNode data) throws InvalidSignalException {
    String type = data.path("type").asText("blocking");
    if (!type.equalsIgnoreCase("blocking") && !type.equalsIgnoreCase("incremental")) {
      throw new InvalidSignalException("The type of a snapshot is blocking or incremental");
    }
  }

  private static SignalAction stop(JsonNode data) throws InvalidSignalException {
    if (!tables(data).isEmpty()) {
      throw new InvalidSignalException(
          "A snapshot can only be stopped as a whole; leave data-collections out");
    }
    return new Command(new SnapshotCommand.Stop(), "the end of the running snapshot");
  }

  private static SignalAction log(JsonNode data) throws InvalidSignalException {
    String message = data.path("message").asText("");
    if (message.isEmpty()) {
      throw new InvalidSignalException("message is missing");
    }
    return new Log(message);
  }

  private static List<String> tables(JsonNode data) throws InvalidSignalException {
    JsonNode list = data.path("data-collections");
    if (!list.isMissingNode() && !list.isNull() && !list.isArray()) {
      throw new InvalidSignalException("data-collections is a list");
    }
    List<String> tables = new ArrayList<>();
    for (JsonNode element : list) {
      if (!element.isTextual()) {
        throw new InvalidSignalException("data-collections is a list of texts");
      }
      tables.add(element.asText().strip());
    }
    return tables;
  }

  /** With the rules of {@code table.include.list}. */
  private static Predicate<TableId> matching(List<String> expressions)
      throws InvalidSignalException {
    List<Pattern> patterns = new ArrayList<>();
    for (String expression : expressions) {
      try {
        patterns.add(Pattern.compile(expression, Pattern.CASE_INSENSITIVE));
      } catch (PatternSyntaxException e) {
        throw new InvalidSignalException(
            "data-collections holds what is no regular expression: " + e.getDescription());
      }
    }
    return table ->
        patterns.stream().anyMatch(pattern -> pattern.matcher(table.toString()).matches());
  }
}
