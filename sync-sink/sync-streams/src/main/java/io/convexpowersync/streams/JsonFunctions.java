package io.convexpowersync.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Functions over JSON texts. */
final class JsonFunctions {
  private final boolean fixed;

  private JsonFunctions(Compatibility compatibility) {
    this.fixed = compatibility.fixedJsonExtract();
  }

  static Map<String, ScalarFunction> all(Compatibility compatibility) {
    JsonFunctions json = new JsonFunctions(compatibility);
    return Map.of(
        "->", new ScalarFunction(2, call -> json.member(call.get(0), call.get(1))),
        "->>", new ScalarFunction(2, call -> json.extract(call.get(0), call.get(1), false)),
        "json_extract", new ScalarFunction(2, call -> json.extract(call.get(0), call.get(1), true)),
        "json_array_length",
            new ScalarFunction(1, call -> json.arrayLength(call.get(0), call.get(1))),
        "json_keys", ScalarFunction.strict(JsonFunctions::keys),
        "json_valid", new ScalarFunction(1, call -> valid(call.get(0))),
        "ps_json_contains", new ScalarFunction(2, call -> contains(call.get(0), call.get(1))));
  }

  /** {@code ->}: JSON text of what the path leads to. */
  private Value member(Value json, Value path) {
    Json found = find(json, path, false);
    return found == null || (found == Value.NULL && !fixed)
        ? Value.NULL
        : new Value.Text(JsonWriter.text(found));
  }

  /** {@code ->>} and {@code json_extract}: the value that the path leads to. */
  private Value extract(Value json, Value path, boolean needsDollar) {
    Json found = find(json, path, needsDollar);
    if (found == null) {
      return Value.NULL;
    }
    return found == Value.NULL && !fixed ? new Value.Text("null") : found.toColumn();
  }

  private Value arrayLength(Value json, Value path) {
    Value array = path.isNull() ? json : extract(json, path, true);
    if (array.isNull()) {
      return Value.NULL;
    }
    return Value.Int.of(
        JsonReader.big(Casts.toText(array)) instanceof Json.Array items ? items.items().size() : 0);
  }

  /** Null if there is nothing; a text that is only JSON null counts as nothing too. */
  private Json find(Value json, Value path, boolean needsDollar) {
    if (json.isNull() || path.isNull()) {
      return null;
    }
    Json root = JsonReader.big(Casts.toText(json));
    if (root == Value.NULL) {
      return null;
    }
    String steps = Casts.toText(path);
    if (needsDollar && !steps.startsWith("$")) {
      throw new EvaluationException("The path of json_extract must start with $");
    }
    return JsonPath.resolve(root, steps, fixed);
  }

  private static Value keys(Value json) {
    if (!(JsonReader.big(Casts.toText(json)) instanceof Json.Obj object)) {
      throw new EvaluationException("json_keys of something that is no object");
    }
    List<Json> names = new ArrayList<>(object.members().size());
    object.members().keySet().forEach(name -> names.add(new Value.Text(name)));
    return new Value.Text(JsonWriter.text(new Json.Array(names)));
  }

  private static Value valid(Value json) {
    if (json.isNull()) {
      return Value.ZERO;
    }
    try {
      JsonReader.big(Casts.toText(json));
      return Value.ONE;
    } catch (EvaluationException e) {
      return Value.ZERO;
    }
  }

  /** Whether a JSON array text holds the value. */
  private static Value contains(Value value, Value json) {
    if (value.isNull() || json.isNull()) {
      return Value.NULL;
    }
    if (!(json instanceof Value.Text text)
        || !(JsonReader.big(text.value()) instanceof Json.Array array)) {
      throw new EvaluationException("IN needs a JSON array");
    }
    for (Json item : array.items()) {
      if (Casts.isTrue(Operators.equal(value, item.toColumn()))) {
        return Value.ONE;
      }
    }
    return Value.ZERO;
  }
}
