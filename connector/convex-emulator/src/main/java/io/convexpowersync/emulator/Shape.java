package io.convexpowersync.emulator;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** What types the values in one place have, as seen in the data. Grows, never shrinks. */
final class Shape {
  /** Beyond this many distinct fields objects count as "any". */
  private static final int MAX_FIELDS = 64;

  private static final long NEGATIVE_ZERO = Double.doubleToRawLongBits(-0.0);

  final SortedSet<String> idTables = new TreeSet<>();
  boolean isNull;
  boolean int64;
  boolean float64;
  boolean specialFloat64;
  boolean bool;
  boolean string;
  boolean bytes;

  /** Fields of the objects seen here; null when there were none. */
  Fields object;

  /** Elements of the arrays seen here; null when there were none. */
  Shape elements;

  /** The fields of objects. */
  static final class Fields {
    final Map<String, Field> byName = new TreeMap<>();
    long objects;

    boolean tooMany() {
      return byName.size() > MAX_FIELDS;
    }

    boolean required(Field field) {
      return field.seen == objects;
    }
  }

  /** One field of objects. */
  static final class Field {
    final Shape shape = new Shape();
    long seen;
  }

  /**
   * Takes a value into account.
   *
   * @param tableOfId the table that a string is an id of, if it is one
   */
  void add(ConvexValue value, Function<String, Optional<String>> tableOfId) {
    if (value instanceof ConvexValue.Str text) {
      Optional<String> table = tableOfId.apply(text.value());
      table.ifPresent(idTables::add);
      string |= table.isEmpty();
    } else if (value instanceof ConvexValue.Float64 number) {
      float64 = true;
      specialFloat64 |= !Double.isFinite(number.value()) || number.bits() == NEGATIVE_ZERO;
    } else if (value instanceof ConvexValue.Arr array) {
      elements = elements == null ? new Shape() : elements;
      array.values().forEach(element -> elements.add(element, tableOfId));
    } else if (value instanceof ConvexValue.Obj fields) {
      addObject(fields, tableOfId);
    } else {
      isNull |= value instanceof ConvexValue.Null;
      bool |= value instanceof ConvexValue.Bool;
      int64 |= value instanceof ConvexValue.Int64;
      bytes |= value instanceof ConvexValue.Bytes;
    }
  }

  private void addObject(ConvexValue.Obj value, Function<String, Optional<String>> tableOfId) {
    object = object == null ? new Fields() : object;
    object.objects++;
    if (!object.tooMany()) {
      value
          .fields()
          .forEach(
              (name, fieldValue) -> {
                Field field = object.byName.computeIfAbsent(name, key -> new Field());
                field.seen++;
                field.shape.add(fieldValue, tableOfId);
              });
    }
  }
}
