package io.convexpowersync.streams;

import java.util.ArrayList;
import java.util.List;

/**
 * A lookup that a row answers.
 *
 * @param key lookup name, query id, and the values that are looked up
 * @param results JSON text of the list of result rows
 */
record Lookup(List<Json> key, String results) {

  /** Clients ask with integers where a value is integral, so lookups hold integers there. */
  static Lookup of(String name, String queryId, List<? extends Json> values, String results) {
    List<Json> key = new ArrayList<>(values.size() + 2);
    key.add(new Value.Text(name));
    key.add(new Value.Text(queryId));
    values.forEach(value -> key.add(normalized(value)));
    return new Lookup(key, results);
  }

  /** BSON of {@code {l: [key...]}}, as storage keys on it. */
  byte[] bson() {
    BsonWriter bson = new BsonWriter();
    int document = bson.begin();
    BsonValues.array(bson, "l", key);
    bson.end(document);
    return bson.toBytes();
  }

  String json() {
    return JsonWriter.text(new Json.Array(key));
  }

  static Json normalized(Json value) {
    if (!(value instanceof Value.Real real)) {
      return value;
    }
    double number = real.value();
    return Double.isFinite(number) && number == Math.rint(number)
        ? Casts.exactInteger(number)
        : value;
  }
}
