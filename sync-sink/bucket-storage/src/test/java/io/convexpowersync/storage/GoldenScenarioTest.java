package io.convexpowersync.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.convexpowersync.streams.compiler.CompiledSyncConfig;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays what the service's replicator was fed, and compares what we wrote with what it wrote,
 * after every step. Different on purpose: a page always moves the LSN; idle polls write nothing; an
 * orderly stop leaves no error text.
 */
class GoldenScenarioTest {
  private static int scenarios;
  private static int passed;

  private final TestDatabase database = TestDatabase.create();
  private final BucketStorage storage = database.openWithSchema();
  private final Notifications notifications = new Notifications(database);
  private final GoldenExpectations expectations = new GoldenExpectations(database);
  private final Map<Integer, GoldenStream> streams = new LinkedHashMap<>();
  private final Map<String, JsonNode> documents = new LinkedHashMap<>();
  private JsonNode golden;
  private Lsn head;
  private int pageSize;

  @AfterEach
  void close() throws SQLException {
    streams.values().forEach(GoldenStream::close);
    notifications.close();
    storage.close();
    database.close();
  }

  @AfterAll
  static void report() {
    System.out.printf(
        "golden: scenarios=%d passed=%d failed=%d%n", scenarios, passed, scenarios - passed);
  }

  static List<String> scenarios() {
    return GoldenFiles.configured().scenarios();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void writesWhatTheServicesReplicatorWrites(String scenario) {
    scenarios++;
    replay(scenario);
    passed++;
  }

  private void replay(String scenario) {
    golden = GoldenFiles.configured().load(scenario);
    head = Lsn.parse(golden.get("snapshot").get("ts").asText());
    pageSize = golden.get("snapshot").get("page_size").asInt();
    golden
        .get("snapshot")
        .get("documents")
        .forEach(document -> documents.put(key(document), document));

    for (JsonNode step : golden.get("steps")) {
      String what = scenario + " step " + step.get("step") + " " + step.get("do");
      try {
        run(step);
        check(step);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(what + " " + step.path("note").asText(), e);
      }
    }
  }

  private void run(JsonNode step) {
    switch (step.get("do").asText()) {
      case "start" -> start(step);
      case "deploy" -> deploy(step);
      case "snapshot_page" -> snapshotPage(step);
      case "page", "marker_page" -> page(step);
      case "restart" -> restart(step);
      case "await_terminated" -> clear();
      case "clients" -> step.get("clients").forEach(this::checkClient);
      default -> assertThat(step.get("do").asText()).isIn("idle", "write_checkpoint");
    }
  }

  private void start(JsonNode step) {
    GoldenStream stream = add(0);
    if (!step.path("hold_snapshot").asBoolean()) {
      stream.finishSnapshot("", 0);
    }
  }

  private void deploy(JsonNode step) {
    GoldenStream stream = add(streams.size());
    assertThat(golden.get("deployments").get(stream.id().value() - 1).get("content").asText())
        .isEqualTo(step.get("config").asText());
  }

  private GoldenStream add(int index) {
    JsonNode deployment = golden.get("deployments").get(index);
    Optional<String> plan =
        Optional.of(deployment.get("sync_plan")).filter(p -> !p.isNull()).map(JsonNode::asText);
    CompiledSyncConfig config =
        new CompiledSyncConfig(deployment.get("content").asText(), plan, "");
    StreamId id = storage.streams().deploy(config);
    assertThat(id.value()).isEqualTo(deployment.get("id").asInt());
    injectSourceTables(id);
    GoldenStream stream =
        new GoldenStream(
            storage, id, config.load(id.value()), head, List.copyOf(documents.values()));
    streams.put(id.value(), stream);
    return stream;
  }

  /** The tables that the stream begins with get the ids that they have in the golden file. */
  private void injectSourceTables(StreamId stream) {
    for (JsonNode step : golden.get("steps")) {
      List<JsonNode> tables = new ArrayList<>();
      step.path("expect").path("source_tables").forEach(tables::add);
      tables.removeIf(table -> table.get("group_id").asInt() != stream.value());
      if (!tables.isEmpty()) {
        tables.forEach(this::injectSourceTable);
        return;
      }
    }
  }

  private void injectSourceTable(JsonNode table) {
    database.execute(
        "INSERT INTO powersync.source_tables (id, group_id, connection_id, relation_id,"
            + " schema_name, table_name, replica_id_columns, snapshot_done)"
            + " SELECT id, group_id, connection_id, relation_id, schema_name, table_name,"
            + " replica_id_columns, false"
            + " FROM json_populate_record(NULL::powersync.source_tables, '"
            + table.toString().replace("'", "''")
            + "')");
  }

  private void snapshotPage(JsonNode step) {
    GoldenStream stream =
        streams.values().stream().max(Comparator.comparing(s -> s.id().value())).orElseThrow();
    String table = step.get("table").asText();
    JsonNode cursor = step.get("cursor");
    int from = cursor.isNull() ? 0 : Integer.parseInt(cursor.asText().replaceAll("\\D", ""));
    if (step.path("last").asBoolean()) {
      stream.finishSnapshot(table, from);
    } else {
      stream.snapshotPage(table, from, pageSize);
    }
  }

  private void page(JsonNode step) {
    head = Lsn.parse(step.get("cursor").asText());
    for (JsonNode row : step.get("rows")) {
      if (row.path("deleted").asBoolean()) {
        documents.remove(key(row));
      } else {
        documents.put(key(row), row);
      }
    }
    for (GoldenStream stream : streams.values()) {
      if (isReplicated(stream)) {
        stream.page(step.get("rows"), head);
      }
    }
  }

  private void restart(JsonNode step) {
    if (step.get("signal").asText().equals("SIGKILL")) {
      database.killWriters();
    } else {
      streams.values().forEach(GoldenStream::close);
    }
    streams.values().forEach(GoldenStream::open);
  }

  private void clear() {
    for (ReplicationStream stopped : storage.streams().stopped()) {
      streams.get(stopped.id().value()).close();
      assertThat(storage.streams().clear(stopped.id(), "golden")).isTrue();
    }
  }

  private boolean isReplicated(GoldenStream stream) {
    return switch (storage.streams().find(stream.id()).orElseThrow().state()) {
      case PROCESSING, ACTIVE -> true;
      case ERRORED, STOP, TERMINATED -> false;
    };
  }

  private void check(JsonNode step) {
    JsonNode expect = step.get("expect");
    String action = step.get("do").asText();
    boolean snapshot = action.equals("start") || action.equals("snapshot_page");
    expectations.check(expect, snapshot);
    boolean snapshotRunning = false;
    for (JsonNode row : expect.get("sync_rules")) {
      snapshotRunning |= row.get("state").asText().equals("PROCESSING");
      GoldenStreamRows.check(database, row, isPage(action) ? head : null);
    }
    if (!snapshotRunning) {
      expectations.checkSourceTables(expect);
    }
    int errors = streams.values().stream().mapToInt(GoldenStream::takeErrors).sum();
    assertThat(errors).isEqualTo(expect.get("evaluation_errors").size());
    checkNotifications(expect.get("notify"), action);
  }

  private void checkNotifications(JsonNode expected, String action) {
    List<String> payloads = notifications.take();
    if (isPage(action)) {
      assertThat(payloads)
          .singleElement()
          .asString()
          .matches(
              "\\{\"active_checkpoint\":\\{\"id\":\\d+,\"last_checkpoint\":\"\\d+\","
                  + "\"last_checkpoint_lsn\":\""
                  + head
                  + "\"}}");
    }
    for (JsonNode payload : expected) {
      if (payload.asText().contains(head.toString()) && !action.equals("idle")) {
        assertThat(payloads).contains(payload.asText());
      }
    }
  }

  /** Operations of different rows may be in another order: that of the tables of the snapshot. */
  private void checkClient(JsonNode client) {
    BucketReader reader = storage.reader();
    Checkpoint checkpoint = reader.checkpoint().orElseThrow();
    List<String> names = new ArrayList<>();
    client.get("buckets").forEach(bucket -> names.add(bucket.get("bucket").asText()));
    Map<String, BucketChecksum> checksums = reader.checksums(checkpoint, names);
    for (JsonNode bucket : client.get("buckets")) {
      String name = bucket.get("bucket").asText();
      assertThat(checksums.get(name))
          .isEqualTo(
              new BucketChecksum(
                  name, bucket.get("checksum").asInt(), bucket.get("count").asLong()));
      Map<String, List<String>> expected = new TreeMap<>();
      for (JsonNode op : client.get("ops")) {
        if (op.get("bucket").asText().equals(name)) {
          String row = op.get("object_type").asText() + " " + op.get("object_id").asText();
          expected.computeIfAbsent(row, r -> new ArrayList<>()).add(operation(op));
        }
      }
      Map<String, List<String>> ours = new TreeMap<>();
      for (BucketOperation op : reader.operations(checkpoint, name, new OpId(0), 1_000)) {
        String row = op.table().orElseThrow() + " " + op.rowId().orElseThrow();
        ours.computeIfAbsent(row, r -> new ArrayList<>()).add(operation(op));
      }
      assertThat(ours).isEqualTo(expected);
    }
  }

  private static String operation(JsonNode op) {
    return String.join(
        " ",
        op.get("op").asText(),
        op.get("object_type").asText(),
        op.get("object_id").asText(),
        op.get("checksum").asText(),
        op.get("subkey").asText(),
        op.path("data").asText("null"));
  }

  private static String operation(BucketOperation op) {
    return String.join(
        " ",
        op.op().name(),
        op.table().orElseThrow(),
        op.rowId().orElseThrow(),
        Long.toString(op.checksum()),
        op.subkey().orElseThrow(),
        op.data().orElse("null"));
  }

  private static boolean isPage(String action) {
    return action.equals("page") || action.equals("marker_page");
  }

  private static String key(JsonNode document) {
    return document.get("table").asText() + " " + document.get("id").asText();
  }
}
