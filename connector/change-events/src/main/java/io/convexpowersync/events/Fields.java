package io.convexpowersync.events;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** Typed access to a {@code Struct} or a {@code Map}, with messages that name the missing field. */
final class Fields {
  private final String path;
  private final Function<String, Object> lookup;

  private Fields(String path, Function<String, Object> lookup) {
    this.path = path;
    this.lookup = lookup;
  }

  static Fields of(String path, Object container) {
    if (container instanceof Struct struct) {
      return new Fields(
          path,
          name -> {
            Field field = struct.schema().field(name);
            return field == null ? null : struct.get(field);
          });
    } else if (container instanceof Map<?, ?> map) {
      return new Fields(path, map::get);
    }
    throw new InvalidLogRecordException(
        "The record's "
            + path
            + " is "
            + (container == null ? "null" : "a " + container.getClass().getSimpleName())
            + " and not a structure: this is not a record of a Convex log topic. Check the"
            + " connector's topics and converters (the log topic is <topic.prefix>.log)");
  }

  String text(String name) {
    if (require(name) instanceof String text) {
      return text;
    }
    throw wrongType(name, "text");
  }

  long number(String name) {
    Object value = require(name);
    if (value instanceof Long || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    throw wrongType(name, "an integer");
  }

  OptionalLong optionalNumber(String name) {
    return lookup.apply(name) == null ? OptionalLong.empty() : OptionalLong.of(number(name));
  }

  Fields child(String name) {
    return of(path + "." + name, require(name));
  }

  Optional<Fields> optionalChild(String name) {
    return Optional.ofNullable(lookup.apply(name)).map(value -> of(path + "." + name, value));
  }

  List<Fields> children(String name) {
    if (require(name) instanceof Collection<?> values) {
      return values.stream().map(value -> of(path + "." + name, value)).toList();
    }
    throw wrongType(name, "a list");
  }

  private Object require(String name) {
    Object value = lookup.apply(name);
    if (value == null) {
      throw new InvalidLogRecordException(
          "The record's "
              + path
              + " has no field \""
              + name
              + "\": this is not a record of a Convex log topic. The sink reads <topic.prefix>.log,"
              + " not a table topic and not a flattened record");
    }
    return value;
  }

  private InvalidLogRecordException wrongType(String name, String expected) {
    return new InvalidLogRecordException(
        "The record's " + path + "." + name + " is not " + expected + ": not a Convex log record");
  }
}
