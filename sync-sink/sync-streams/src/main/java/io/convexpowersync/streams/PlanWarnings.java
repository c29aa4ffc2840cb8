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

  /**
   * PowerSync Services from 1.24.0 on join what a client gets without and with a look into tables,
   * and do not see that a bucket is in both.
   *
   * @param bucket the streams or the bucket definition, and the bucket
   */
  void ofTwoWays(String bucket) {
    warnings.add(
        bucket
            + ": clients may get a bucket both by values of their token or parameters alone and"
            + " through a table. PowerSync Services from 1.24.0 on then send its operations twice,"
            + " and these clients never finish a sync (Checksums didn't match). Let both ways go"
            + " through a table, or neither, or give them different priorities, or use a Service"
            + " with the fix of powersync-service issue 813");
  }

  List<String> all() {
    return List.copyOf(warnings);
  }
}
