package io.convexpowersync.events;

import java.util.OptionalLong;

/**
 * A decoded record of the log topic.
 *
 * @param origin where it comes from
 * @param event what it says
 * @param index how many records its source had written behind the newest resolved marker and above
 *     that marker's position. Two records that follow each other differ by one; a source that
 *     crashed goes on at an index that it had before. Nothing else tells a reader that a record is
 *     missing: Kafka's own transaction markers take offsets too. Empty when it is not known
 */
public record LogRecord(LogOrigin origin, LogEvent event, OptionalLong index) {
  /** Of a source that does not count. */
  public LogRecord(LogOrigin origin, LogEvent event) {
    this(origin, event, OptionalLong.empty());
  }
}
