package io.convexpowersync.streams;

import java.util.List;

/** Writes JSON values as BSON. */
final class BsonValues {
  private static final long NEGATIVE_ZERO = Double.doubleToRawLongBits(-0.0);

  private BsonValues() {}

  /** An array whose own integers are int64. */
  static void array(BsonWriter bson, String name, List<Json> items) {
    int array = bson.beginArray(name);
    for (int i = 0; i < items.size(); i++) {
      String index = Integer.toString(i);
      if (items.get(i) instanceof Value.Real real) {
        bson.real(index, real.value());
      } else {
        append(bson, index, items.get(i));
      }
    }
    bson.end(array);
  }

  private static void append(BsonWriter bson, String name, Json value) {
    if (value instanceof Value.Text text) {
      bson.string(name, text.value());
    } else if (value instanceof Value.Int integer) {
      bson.int64(name, integer.wrapped());
    } else if (value instanceof Value.Real real) {
      number(bson, name, real.value());
    } else if (value instanceof Json.Bool bool) {
      bson.bool(name, bool == Json.Bool.TRUE);
    } else if (value instanceof Json.Array array) {
      int mark = bson.beginArray(name);
      for (int i = 0; i < array.items().size(); i++) {
        append(bson, Integer.toString(i), array.items().get(i));
      }
      bson.end(mark);
    } else if (value instanceof Json.Obj object) {
      int mark = bson.beginDocument(name);
      object.members().forEach((member, item) -> append(bson, member, item));
      bson.end(mark);
    } else {
      bson.none(name);
    }
  }

  /** Inside of arrays and objects numbers are JavaScript's, which are int32 where they can be. */
  private static void number(BsonWriter bson, String name, double value) {
    boolean small = value == (int) value && Double.doubleToRawLongBits(value) != NEGATIVE_ZERO;
    if (small) {
      bson.int32(name, (int) value);
    } else {
      bson.real(name, value);
    }
  }
}
