package io.convexpowersync.streams;

import java.util.ArrayList;
import java.util.List;

/**
 * The table-valued function {@code json_each}. Reads numbers as doubles, so that integers become
 * reals.
 */
final class JsonEach {
  /** One output row. */
  record Entry(Value key, Value value) {

    /** Output by name; absent if the function has none of that name. */
    Value output(String name) {
      return switch (name) {
        case "key" -> key;
        case "value" -> value;
        default -> Value.ABSENT;
      };
    }
  }

  private final boolean fixedJsonExtract;

  JsonEach(Compatibility compatibility) {
    this.fixedJsonExtract = compatibility.fixedJsonExtract();
  }

  /**
   * @throws EvaluationException if the input is neither null nor JSON text; a missing column is an
   *     error too
   */
  List<Entry> rows(Value input) {
    if (input == Value.NULL) {
      return List.of();
    }
    if (!(input instanceof Value.Text text)) {
      throw new EvaluationException(
          "json_each needs JSON text, not "
              + (input == Value.ABSENT ? "a missing column" : input.typeName()));
    }
    Json json = JsonReader.plain(text.value());
    List<Entry> rows = new ArrayList<>();
    if (json instanceof Json.Array array) {
      array.items().forEach(item -> rows.add(new Entry(Value.Int.of(rows.size()), value(item))));
    } else if (json instanceof Json.Obj object) {
      object
          .members()
          .forEach((name, item) -> rows.add(new Entry(new Value.Text(name), value(item))));
    } else {
      rows.add(new Entry(Value.NULL, value(json)));
    }
    return rows;
  }

  private Value value(Json json) {
    return json == Value.NULL && !fixedJsonExtract ? new Value.Text("null") : json.toColumn();
  }
}
