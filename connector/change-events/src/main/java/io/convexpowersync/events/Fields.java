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
  private final Fields parent;
  private final String name;
  private final Function<String, Object> lookup;

  private Fields(Fields parent, String name, Function<String, Object> lookup) {
    this.parent = parent;
    this.name = name;
    this.lookup = lookup;
  }

  static Fields of(String name, Object container) {
    return of(null, name, container);
  }

  private static Fields of(Fields parent, String name, Object container) {
    if (container instanceof Struct struct) {
      return new Fields(
          parent,
          name,
          child -> {
            Field field = struct.schema().field(child);
            return field == null ? null : struct.get(field);
          });
    } else if (container instanceof Map<?, ?> map) {
      return new Fields(parent, name, map::get);
    }
    throw new InvalidLogRecordException(
        "The record's "
            + path(parent, name)
            + " is "
            + (container == null ? "null" : "a " + container.getClass().getSimpleName())
            + " and not a structure: this is not a record of a Convex log topic. Check the"
            + " connector's topics and converters (the log topic is <topic.prefix>.log)");
  }

  String text(String child) {
    if (require(child) instanceof String text) {
      return text;
    }
    throw wrongType(child, "text");
  }

  long number(String child) {
    Object value = require(child);
    if (value instanceof Long || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    throw wrongType(child, "an integer");
  }

  OptionalLong optionalNumber(String child) {
    return lookup.apply(child) == null ? OptionalLong.empty() : OptionalLong.of(number(child));
  }

  Fields child(String child) {
    return of(this, child, require(child));
  }

  Optional<Fields> optionalChild(String child) {
    return Optional.ofNullable(lookup.apply(child)).map(value -> of(this, child, value));
  }

  List<Fields> children(String child) {
    if (require(child) instanceof Collection<?> values) {
      return values.stream().map(value -> of(this, child, value)).toList();
    }
    throw wrongType(child, "a list");
  }

  /** Only for messages: records are read far more often than they are wrong. */
  private static String path(Fields parent, String name) {
    return parent == null ? name : path(parent.parent, parent.name) + "." + name;
  }

  private Object require(String child) {
    Object value = lookup.apply(child);
    if (value == null) {
      throw new InvalidLogRecordException(
          "The record's "
              + path(parent, name)
              + " has no field \""
              + child
              + "\": this is not a record of a Convex log topic. The sink reads <topic.prefix>.log,"
              + " not a table topic and not a flattened record");
    }
    return value;
  }

  private InvalidLogRecordException wrongType(String child, String expected) {
    return new InvalidLogRecordException(
        "The record's " + path(this, child) + " is not " + expected + ": not a Convex log record");
  }
}
