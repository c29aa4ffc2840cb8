package io.convexpowersync.sink.input;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;

/**
 * What a record that is no log record looks like, and so which setting is wrong. Such a record does
 * not come alone: all of them are refused, whatever is done about single bad records.
 */
final class RecordShape {
  private RecordShape() {}

  /** Which setting is wrong; empty for a log record, though perhaps a broken one. */
  static Optional<String> wrongSetting(Object key, Object value) {
    if (isText(value)) {
      return Optional.of(
          "value.converter delivers "
              + value.getClass().getSimpleName()
              + " instead of a structure: use the converter that the source writes the topic with");
    }
    if (!has(value, "position") || !has(value, "op")) {
      return Optional.of(notOfTheLog(value));
    }
    return isText(key)
        ? Optional.of(
            "key.converter delivers "
                + key.getClass().getSimpleName()
                + " instead of a structure: use the converter that the source writes the topic"
                + " with")
        : Optional.empty();
  }

  private static String notOfTheLog(Object value) {
    if (has(value, "source") && (has(value, "before") || has(value, "after"))) {
      return "topics names a table topic, whose order says nothing about other tables. Set topics to"
          + " the log topic, <topic.prefix>.log, and log.topic=true at the source";
    }
    if (has(value, "_id") || has(value, "__op") || has(value, "__deleted")) {
      return "transforms has flattened the records (ExtractNewRecordState), here or at the source:"
          + " remove it; the sink needs the log topic's records as they are";
    }
    return "topics does not name a Convex log topic: its records have no position and no markers."
        + " Set topics to <topic.prefix>.log, and log.topic=true at the source";
  }

  private static boolean isText(Object value) {
    return value != null && !(value instanceof Struct) && !(value instanceof Map<?, ?>);
  }

  private static boolean has(Object value, String field) {
    if (value instanceof Struct struct) {
      return struct.schema().field(field) != null;
    }
    return value instanceof Map<?, ?> map && map.containsKey(field);
  }
}
