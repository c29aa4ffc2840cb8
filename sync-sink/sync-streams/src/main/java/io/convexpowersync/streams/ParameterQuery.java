package io.convexpowersync.streams;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A parameter query of a bucket definition that reads a table.
 *
 * @param inputs keys of the values that it is asked with, in order
 * @param outputs columns of the table by the parameter that they give
 * @param lookupName the bucket definition
 */
record ParameterQuery(
    TablePattern pattern,
    Condition condition,
    List<String> inputs,
    Map<String, Expression> outputs,
    String lookupName,
    String queryId)
    implements LookupSource {

  @Override
  public String name() {
    return "lookup " + lookupName + " " + queryId;
  }

  @Override
  public List<Lookup> evaluate(Row row, SourceTable table) {
    Scope scope = new Scope(row, table, pattern, Scope.NO_FUNCTIONS);
    List<Map<String, Json>> matches = condition.matches(scope);
    if (matches.isEmpty()) {
      return List.of();
    }
    String results = "[" + DataSource.json(result(scope)) + "]";
    List<Lookup> lookups = new ArrayList<>(matches.size());
    for (Map<String, Json> match : matches) {
      lookups.add(Lookup.of(lookupName, queryId, values(match), results));
    }
    return lookups;
  }

  private List<Json> values(Map<String, Json> match) {
    return inputs.stream().map(input -> match.getOrDefault(input, Value.NULL)).toList();
  }

  private Map<String, Value> result(Scope scope) {
    LinkedHashMap<String, Value> result = new LinkedHashMap<>();
    outputs.forEach((name, column) -> result.put(name, column.evaluate(scope)));
    return MemberOrder.sorted(result);
  }

  @Override
  public void explain(Row row, SourceTable table, Consumer<String> reasons) {
    condition.explain(new Scope(row, table, pattern, Scope.NO_FUNCTIONS), reasons);
  }
}
