package io.convexpowersync.sink;

import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record of the log and where reading goes on behind it.
 *
 * @param record the decoded record
 * @param after the place to resume from once this record's effects are durable
 */
public record PlacedRecord(LogRecord record, InputPlace after) {
  /** The place is the consumer's: transforms may have renamed the topic. */
  static PlacedRecord of(LogRecord record, SinkRecord delivered) {
    return new PlacedRecord(
        record,
        new InputPlace.Topic(
            delivered.originalTopic(),
            delivered.originalKafkaPartition(),
            delivered.originalKafkaOffset() + 1));
  }

  /** Position of the newest resolved marker among the records; ZERO when there is none. */
  static Position newestMarker(List<PlacedRecord> records) {
    Position newest = Position.ZERO;
    for (PlacedRecord placed : records) {
      LogEvent event = placed.record().event();
      if (event instanceof Marker.Resolved && event.position().isAfter(newest)) {
        newest = event.position();
      }
    }
    return newest;
  }
}
