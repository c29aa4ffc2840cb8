package io.convexpowersync.streams;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Turns source rows into parameter lookups: which result rows a row answers under which key. */
record ParameterIndex(
    Processor processor, List<NamedExpression> outputs, String lookupName, String queryId) {

  /** Names the index in errors and explanations. */
  String name() {
    return "lookup " + queryId;
  }

  /**
   * A lookup that a row answers.
   *
   * @param key lookup name, query id, and the values that are looked up
   * @param results JSON text of the list of result rows
   */
  record Lookup(List<Value> key, String results) {

    /** BSON of {@code {l: [key...]}}, as storage keys on it. */
    byte[] bson() {
      BsonWriter bson = new BsonWriter();
      int document = bson.begin();
      int array = bson.beginArray("l");
      for (int i = 0; i < key.size(); i++) {
        append(bson, Integer.toString(i), key.get(i));
      }
      bson.end(array);
      bson.end(document);
      return bson.toBytes();
    }

    String json() {
      StringBuilder json = new StringBuilder();
      for (Value value : key) {
        json.append(json.isEmpty() ? '[' : ',');
        JsonWriter.write(json, value);
      }
      return json.append(']').toString();
    }

    private static void append(BsonWriter bson, String name, Value value) {
      if (value instanceof Value.Text text) {
        bson.string(name, text.value());
      } else if (value instanceof Value.Int integer) {
        bson.int64(name, integer.wrapped());
      } else if (value instanceof Value.Real real) {
        bson.real(name, real.value());
      }
    }
  }

  /**
   * @throws EvaluationException if the row cannot be evaluated; it then yields nothing
   */
  List<Lookup> evaluate(Row row, SourceTable table) {
    Map<List<Value>, StringBuilder> resultsByKey = new LinkedHashMap<>();
    processor.forEachMatch(
        row,
        table,
        scope -> {
          Value[] results = Processor.evaluate(outputs, scope);
          Value[] partition = processor.partition(scope);
          if (Processor.allKeyable(results) && Processor.allKeyable(partition)) {
            List<Value> key = Stream.of(partition).map(ParameterIndex::withoutSignOfZero).toList();
            appendResult(resultsByKey.computeIfAbsent(key, k -> new StringBuilder()), results);
          }
        });
    List<Lookup> lookups = new ArrayList<>(resultsByKey.size());
    resultsByKey.forEach(
        (partition, results) ->
            lookups.add(new Lookup(key(partition), results.append(']').toString())));
    return lookups;
  }

  /** Results are grouped by keys as they print, and both zeros print the same. */
  private static Value withoutSignOfZero(Value value) {
    return value instanceof Value.Real real && real.value() == 0 ? new Value.Real(0) : value;
  }

  private static void appendResult(StringBuilder json, Value[] results) {
    json.append(json.isEmpty() ? "[{" : ",{");
    for (int i = 0; i < results.length; i++) {
      if (i > 0) {
        json.append(',');
      }
      json.append('"').append(i).append("\":");
      JsonWriter.write(json, results[i]);
    }
    json.append('}');
  }

  /** Clients ask with integers where a value is integral, so lookups hold integers there. */
  private List<Value> key(List<Value> partition) {
    List<Value> key = new ArrayList<>(partition.size() + 2);
    key.add(new Value.Text(lookupName));
    key.add(new Value.Text(queryId));
    partition.forEach(value -> key.add(normalized(value)));
    return key;
  }

  static Value normalized(Value value) {
    if (!(value instanceof Value.Real real)) {
      return value;
    }
    double number = real.value();
    return Double.isFinite(number) && number == Math.rint(number)
        ? Casts.exactInteger(number)
        : value;
  }
}
