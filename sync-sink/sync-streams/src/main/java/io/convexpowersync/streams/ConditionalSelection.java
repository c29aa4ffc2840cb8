package io.convexpowersync.streams;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What a data query of a bucket definition selects.
 *
 * @param parameters those of the bucket, in the order of its names
 */
record ConditionalSelection(TablePattern pattern, Condition condition, List<String> parameters)
    implements Selection {

  @Override
  public boolean multipliesRows() {
    return false;
  }

  @Override
  public void forEachPartition(Row row, SourceTable table, BiConsumer<Scope, String> action) {
    Scope scope = new Scope(row, table, pattern, Scope.NO_FUNCTIONS);
    for (Map<String, Json> match : condition.matches(scope)) {
      action.accept(scope, array(match));
    }
  }

  private String array(Map<String, Json> match) {
    StringBuilder json = new StringBuilder(48).append('[');
    for (String parameter : parameters) {
      if (json.length() > 1) {
        json.append(',');
      }
      JsonWriter.writePlain(json, match.getOrDefault(parameter, Value.NULL));
    }
    return json.append(']').toString();
  }

  @Override
  public void explain(Row row, SourceTable table, Consumer<String> reasons) {
    condition.explain(new Scope(row, table, pattern, Scope.NO_FUNCTIONS), reasons);
  }
}
