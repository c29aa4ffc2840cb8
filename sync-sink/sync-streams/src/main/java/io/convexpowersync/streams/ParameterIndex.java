package io.convexpowersync.streams;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A lookup of a plan of edition 3: groups result rows by the values that they are looked up by. */
record ParameterIndex(
    Processor processor, List<NamedExpression> outputs, String lookupName, String queryId)
    implements LookupSource {

  @Override
  public TablePattern pattern() {
    return processor.pattern();
  }

  @Override
  public String name() {
    return "lookup " + queryId;
  }

  @Override
  public void explain(Row row, SourceTable table, Consumer<String> reasons) {
    processor.explain(row, table, outputs, reasons);
  }

  @Override
  public List<Lookup> evaluate(Row row, SourceTable table) {
    Map<List<Json>, StringBuilder> resultsByKey = new LinkedHashMap<>();
    processor.forEachMatch(
        row,
        table,
        scope -> {
          Value[] results = Processor.evaluate(outputs, scope);
          Value[] partition = processor.partition(scope);
          if (Processor.allKeyable(results) && Processor.allKeyable(partition)) {
            List<Json> key = Stream.of(partition).map(ParameterIndex::withoutSignOfZero).toList();
            appendResult(resultsByKey.computeIfAbsent(key, k -> new StringBuilder()), results);
          }
        });
    List<Lookup> lookups = new ArrayList<>(resultsByKey.size());
    resultsByKey.forEach(
        (partition, results) ->
            lookups.add(Lookup.of(lookupName, queryId, partition, results.append(']').toString())));
    return lookups;
  }

  /** Results are grouped by keys as they print, and both zeros print the same. */
  private static Json withoutSignOfZero(Value value) {
    // Every keyable value is JSON.
    return value instanceof Value.Real real && real.value() == 0 ? new Value.Real(0) : (Json) value;
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
}
