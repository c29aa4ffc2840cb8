package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.convexpowersync.streams.compiler.SyncConfigCompiler;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds evaluation against what PowerSync's own package does with the same plans and documents. */
class SyncStreamsVectorTest {
  private static final int SHOWN_FAILURES = 40;

  private final List<String> failures = new ArrayList<>();
  private int cases;
  private int rows;
  private int passed;

  @Test
  void everyVectorWithAPlanGivesTheRecordedResult() throws Exception {
    for (JsonNode vector : VectorFiles.configured().casesWithPlan()) {
      if (vector.path("parse").path("ok").asBoolean()) {
        run(vector);
      }
    }
    System.out.printf(
        "%nvectors: cases=%d rows=%d passed=%d failed=%d%n", cases, rows, passed, failures.size());
    assertThat(failures.stream().limit(SHOWN_FAILURES)).isEmpty();
    assertThat(cases).isPositive();
  }

  @Test
  void everyVectorOfBucketDefinitionsGivesTheRecordedResult() throws Exception {
    for (JsonNode vector : VectorFiles.configured().casesWithBucketDefinitions()) {
      if (vector.path("parse").path("ok").asBoolean()) {
        run(vector);
      }
    }
    System.out.printf(
        "%nbucket definitions: cases=%d rows=%d passed=%d failed=%d%n",
        cases, rows, passed, failures.size());
    assertThat(failures.stream().limit(SHOWN_FAILURES)).isEmpty();
    assertThat(cases).isPositive();
  }

  private static SyncStreams load(JsonNode vector) {
    String schema = vector.path("defaultSchema").asText();
    if (vector.hasNonNull("plan")) {
      return SyncStreams.load(vector.path("plan").toString(), 1, schema);
    }
    SyncConfigCompiler.Result result = SyncConfigCompiler.compile(vector.path("yaml").asText());
    assertThat(result.isAccepted()).as(vector.path("name").asText()).isTrue();
    return SyncStreams.loadBucketDefinitions(result.bucketDefinitions().orElseThrow(), 1, schema);
  }

  private void run(JsonNode vector) {
    cases++;
    String name = vector.path("name").asText();
    SyncStreams streams;
    try {
      streams = load(vector);
    } catch (InvalidPlanException e) {
      check(name + ": " + e.getMessage(), !vector.path("hydrate").path("ok").asBoolean());
      return;
    }
    check(name + ": should be refused", vector.path("hydrate").path("ok").asBoolean());
    for (JsonNode row : vector.path("rows")) {
      rows++;
      String problem = problem(streams, row);
      check(name + " " + row.path("document").asText() + ": " + problem, problem == null);
    }
  }

  private void check(String failure, boolean ok) {
    if (ok) {
      passed++;
    } else {
      failures.add(failure);
    }
  }

  /** Null if the row gives what it should. */
  private static String problem(SyncStreams streams, JsonNode vector) {
    JsonNode source = vector.path("sourceTable");
    SourceTable table =
        new SourceTable(
            source.path("connectionTag").asText(),
            source.path("schema").asText(),
            source.path("name").asText());
    String document = vector.path("document").asText();
    JsonNode expected = vector.path("expect");
    Evaluation actual = streams.evaluate(table, document, DocumentEncoding.JSON);
    return Stream.of(
            difference("row", columns(vector.path("row")), columns(document)),
            difference("buckets", buckets(expected), buckets(actual)),
            difference("lookups", lookups(expected), lookups(actual)),
            difference("keys", keys(expected), keys(streams, table, document)),
            difference("selected", selected(expected), selected(streams, table)),
            difference("errors", errors(expected), errors(actual)))
        .filter(difference -> difference != null)
        .findFirst()
        .orElse(null);
  }

  private static String difference(String what, Object expected, Object actual) {
    return expected.equals(actual)
        ? null
        : what + "\n  expected " + expected + "\n  actual   " + actual;
  }

  private static List<String> columns(JsonNode row) {
    List<String> columns = new ArrayList<>();
    row.forEach(
        column ->
            columns.add(
                column.get(0).asText() + " " + VectorValues.text(column.get(1), column.get(2))));
    return columns;
  }

  private static List<String> columns(String document) {
    List<String> columns = new ArrayList<>();
    DocumentReader.read(document, DocumentEncoding.JSON)
        .columns()
        .forEach((name, value) -> columns.add(name + " " + VectorValues.text(value)));
    return columns;
  }

  private static List<BucketRow> buckets(JsonNode expected) {
    List<BucketRow> rows = new ArrayList<>();
    for (JsonNode row : expected.path("buckets")) {
      assertThat(row.path("bucket").asText()).startsWith("1#" + row.path("source").asText() + "[");
      rows.add(
          new BucketRow(
              row.path("bucket").asText(),
              row.path("table").asText(),
              row.path("id").asText(),
              RowData.of(row.path("data").asText()),
              row.path("checksum").asLong()));
    }
    return rows;
  }

  private static List<BucketRow> buckets(Evaluation actual) {
    return actual.buckets();
  }

  private static List<String> lookups(JsonNode expected) {
    List<String> lookups = new ArrayList<>();
    for (JsonNode lookup : expected.path("lookups")) {
      lookups.add(
          lookup.path("lookupBson").asText() + " " + lookup.path("bucketParameters").asText());
    }
    return lookups;
  }

  private static List<String> lookups(Evaluation actual) {
    return actual.lookups().stream()
        .map(row -> HexFormat.of().formatHex(row.lookup()) + " " + row.bucketParameters())
        .toList();
  }

  private static List<String> keys(JsonNode expected) {
    return expected.path("lookups").findValuesAsText("lookup");
  }

  private static List<String> keys(SyncStreams streams, SourceTable table, String document) {
    Row row = DocumentReader.read(document, DocumentEncoding.JSON);
    List<String> keys = new ArrayList<>();
    for (LookupSource index : streams.plan().lookups()) {
      if (index.pattern().matches(table)) {
        try {
          index.evaluate(row, table).forEach(lookup -> keys.add(lookup.json()));
        } catch (EvaluationException e) {
          // Counted by comparing the errors.
          continue;
        }
      }
    }
    return keys;
  }

  private static List<Boolean> selected(JsonNode expected) {
    return List.of(
        expected.path("syncsData").asBoolean(), expected.path("syncsParameters").asBoolean());
  }

  private static List<Boolean> selected(SyncStreams streams, SourceTable table) {
    return List.of(
        streams.plan().buckets().stream()
            .flatMap(bucket -> bucket.sources().stream())
            .anyMatch(source -> source.selection().pattern().matches(table)),
        streams.plan().lookups().stream().anyMatch(index -> index.pattern().matches(table)));
  }

  private static List<Integer> errors(JsonNode expected) {
    int thrown = expected.hasNonNull("thrown") ? 1 : 0;
    return List.of(
        expected.path("bucketErrors").size() + thrown, expected.path("lookupErrors").size());
  }

  private static List<Integer> errors(Evaluation actual) {
    int lookups =
        (int) actual.errors().stream().filter(e -> e.source().startsWith("lookup ")).count();
    return List.of(actual.errors().size() - lookups, lookups);
  }
}
