package io.convexpowersync.streams;

import java.util.List;
import java.util.Map;

/** A JSON value whose integers and reals are kept apart. */
sealed interface Json
    permits Value.Null, Value.Int, Value.Real, Value.Text, Json.Bool, Json.Array, Json.Obj {

  /** {@code true} or {@code false}. */
  enum Bool implements Json {
    FALSE,
    TRUE
  }

  /** An array. */
  record Array(List<Json> items) implements Json {}

  /**
   * An object.
   *
   * @param members in member order, see {@link MemberOrder}
   */
  record Obj(Map<String, Json> members) implements Json {}

  /** As a column holds it: booleans become 1 and 0, arrays and objects their JSON text. */
  default Value toColumn() {
    if (this instanceof Value value) {
      return value;
    }
    if (this instanceof Bool bool) {
      return Value.of(bool == Bool.TRUE);
    }
    return new Value.Text(JsonWriter.text(this));
  }
}
