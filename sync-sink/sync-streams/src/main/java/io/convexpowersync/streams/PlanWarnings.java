package io.convexpowersync.streams;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what a plan holds that works differently from what its author may expect. */
final class PlanWarnings {
  private final Set<String> warnings = new LinkedHashSet<>();

  void ofEvents(JsonNode descriptors) {
    if (!descriptors.isEmpty()) {
      warnings.add("event_definitions are ignored: they only feed the PowerSync Service itself");
    }
  }

  /** Looks for operators that fail on every row, anywhere below the node. */
  void ofOperators(String source, JsonNode node) {
    String operator = node.path("operator").asText();
    if (Operators.ALWAYS_FAILING.contains(operator)) {
      warnings.add(
          source
              + ": operator "
              + operator
              + " fails on every row, so nothing that depends on it is synced");
    }
    node.forEach(child -> ofOperators(source, child));
  }

  void ofSchema(String source, TablePattern pattern) {
    if (!pattern.matchesSchema(SourceTable.CONVEX_SCHEMA)) {
      warnings.add(
          source
              + ": schema "
              + pattern.schema()
              + " selects nothing, Convex tables are in schema "
              + SourceTable.CONVEX_SCHEMA);
    }
  }

  List<String> all() {
    return List.copyOf(warnings);
  }
}
