package io.convexpowersync.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convexpowersync.streams.Checksums;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares the database with what the service's replicator left in its own after the same steps.
 * Ids of source tables are replaced by {@code group:table} on both sides; a REMOVE's checksum,
 * which such an id enters, is recomputed where the ids differ.
 */
final class GoldenExpectations {
  private static final String OPERATIONS =
      """
      SELECT row_to_json(d) FROM (
        SELECT op_id, group_id, bucket_name, op, source_table,
               encode(source_key, 'hex') AS source_key, table_name, row_id, checksum, data,
               target_op
        FROM powersync.bucket_data WHERE op_id > %d ORDER BY op_id) d
      """;

  private static final String PARAMETERS =
      """
      SELECT row_to_json(d) FROM (
        SELECT id, group_id, source_table, encode(source_key, 'hex') AS source_key,
               encode(lookup, 'hex') AS lookup, bucket_parameters
        FROM powersync.bucket_parameters WHERE id > %d ORDER BY id) d
      """;

  private static final String STATES =
      """
      SELECT row_to_json(d) FROM (
        SELECT group_id, source_table, encode(source_key, 'hex') AS source_key, buckets,
               encode(data, 'hex') AS data,
               (SELECT coalesce(json_agg(encode(l, 'hex') ORDER BY n), '[]')
                FROM unnest(lookups) WITH ORDINALITY AS u(l, n)) AS lookups
        FROM powersync.current_data) d
      """;

  private static final String TABLES =
      "SELECT row_to_json(d) FROM (SELECT * FROM powersync.source_tables) d";

  private static final String LAST_OP =
      "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM powersync.op_id_sequence";

  private final TestDatabase database;
  private final Map<String, JsonNode> goldenTables = new HashMap<>();
  private final Map<String, JsonNode> ourTables = new HashMap<>();
  private final Map<String, JsonNode> goldenStates = new TreeMap<>();
  private long lastOp;

  GoldenExpectations(TestDatabase database) {
    this.database = database;
  }

  /**
   * @param snapshot whether the order between rows is free
   */
  void check(JsonNode expect, boolean snapshot) {
    expect
        .path("source_tables")
        .forEach(table -> goldenTables.put(table.get("id").asText(), table));
    rows(TABLES).forEach(table -> ourTables.put(table.get("id").asText(), table));
    checkOperations(expect, snapshot);
    checkParameters(expect, snapshot);
    lastOp = Long.parseLong(database.one(LAST_OP));
    checkStates(expect);
  }

  /** Source tables, unless a snapshot is in progress: then the order of tables is free. */
  void checkSourceTables(JsonNode expect) {
    if (!expect.has("source_tables")) {
      return;
    }
    List<JsonNode> golden = new ArrayList<>();
    expect.get("source_tables").forEach(table -> golden.add(withoutId(table)));
    List<JsonNode> ours = rows(TABLES).stream().map(GoldenExpectations::withoutId).toList();
    assertThat(ours).containsExactlyInAnyOrderElementsOf(golden);
  }

  private void checkOperations(JsonNode expect, boolean snapshot) {
    List<JsonNode> golden = new ArrayList<>();
    for (JsonNode operation : expect.get("bucket_data")) {
      golden.add(normalised(withOurChecksum(operation), goldenTables, "op_id"));
    }
    List<JsonNode> ours = new ArrayList<>();
    rows(OPERATIONS.formatted(lastOp))
        .forEach(row -> ours.add(normalised(row, ourTables, "op_id")));
    if (snapshot) {
      Comparator<JsonNode> order = Comparator.comparing(JsonNode::toString);
      golden.sort(order);
      ours.sort(order);
    }
    assertThat(ours).isEqualTo(golden);
  }

  private void checkParameters(JsonNode expect, boolean snapshot) {
    List<JsonNode> golden = new ArrayList<>();
    expect.get("bucket_parameters").forEach(row -> golden.add(normalised(row, goldenTables, "id")));
    List<JsonNode> ours = new ArrayList<>();
    rows(PARAMETERS.formatted(lastOp)).forEach(row -> ours.add(normalised(row, ourTables, "id")));
    if (snapshot) {
      assertThat(ours).containsExactlyInAnyOrderElementsOf(golden);
    } else {
      assertThat(ours).isEqualTo(golden);
    }
  }

  private void checkStates(JsonNode expect) {
    for (JsonNode gone : expect.path("current_data_gone")) {
      goldenStates.remove(stateKey(normalised(gone, goldenTables, "")));
    }
    for (JsonNode state : expect.get("current_data")) {
      JsonNode row = normalised(state, goldenTables, "");
      goldenStates.put(stateKey(row), row);
    }
    Map<String, JsonNode> ours = new TreeMap<>();
    for (JsonNode state : rows(STATES)) {
      JsonNode row = normalised(state, ourTables, "");
      ours.put(stateKey(row), row);
    }
    assertThat(ours).isEqualTo(goldenStates);
    assertThat(ours).hasSize(expect.get("current_data_count").asInt());
  }

  /** A golden REMOVE as it is with our source table's id. */
  private JsonNode withOurChecksum(JsonNode operation) {
    if (!operation.get("op").asText().equals("REMOVE")) {
      return operation;
    }
    String goldenId = operation.get("source_table").asText();
    String ourId = ourId(goldenTables.get(goldenId));
    if (ourId.equals(goldenId)) {
      return operation;
    }
    byte[] key = java.util.HexFormat.of().parseHex(operation.get("source_key").asText());
    ObjectNode copy = operation.deepCopy();
    return copy.put("checksum", Checksums.remove(ourId, RowStates.replicaId(key)));
  }

  private String ourId(JsonNode goldenTable) {
    return ourTables.values().stream()
        .filter(table -> name(table).equals(name(goldenTable)))
        .findFirst()
        .orElseThrow()
        .get("id")
        .asText();
  }

  private static JsonNode normalised(JsonNode row, Map<String, JsonNode> tables, String number) {
    ObjectNode copy = row.deepCopy();
    copy.remove(number);
    copy.put("source_table", name(tables.get(row.get("source_table").asText())));
    // One number type, whatever the parser chose.
    return json(copy.toString());
  }

  private static String stateKey(JsonNode row) {
    return row.get("source_table").asText() + " " + row.get("source_key").asText();
  }

  private static String name(JsonNode table) {
    return table.get("group_id") + ":" + table.get("table_name").asText();
  }

  private static JsonNode withoutId(JsonNode table) {
    ObjectNode copy = table.deepCopy();
    copy.remove("id");
    return copy;
  }

  private List<JsonNode> rows(String sql) {
    return database.query(sql).stream().map(GoldenExpectations::json).toList();
  }

  private static JsonNode json(String text) {
    try {
      return GoldenFiles.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
