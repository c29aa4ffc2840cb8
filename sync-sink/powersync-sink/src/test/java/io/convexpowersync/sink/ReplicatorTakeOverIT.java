package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import io.convexpowersync.sink.log.LogRefusedException;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.Checkpoint;
import io.convexpowersync.storage.DeploymentState;
import io.convexpowersync.storage.ReplicationStream;
import io.convexpowersync.storage.StorageConfig;
import io.convexpowersync.streams.DocumentEncoding;
import io.convexpowersync.streams.SyncStreams;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The sink goes on with a stream that the PowerSync Service's own replicator has built: the rows
 * that it wrote are those of a golden scenario.
 */
class ReplicatorTakeOverIT {
  private static final Path GOLDEN =
      Path.of("../bucket-storage/src/test/resources/golden/todo-lists.json.gz");

  /** The replicator is stopped behind this step of the scenario. */
  private static final int LAST_STEP = 8;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final TreeMap<String, TreeMap<String, String>> documents = new TreeMap<>();
  private EmbeddedPostgres postgres;
  private String url;
  private BucketStorage storage;
  private JsonNode golden;
  private SinkCore core;
  private long offset;
  private Optional<Position> marker = Optional.empty();

  @BeforeEach
  void leaveWhatTheReplicatorWrote() throws IOException, SQLException {
    postgres = EmbeddedPostgres.start();
    url = postgres.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", "");
    storage = BucketStorage.open(StorageConfig.of(url, "postgres", "postgres"));
    storage.createSchema();
    try (var in = new GZIPInputStream(Files.newInputStream(GOLDEN))) {
      golden = JSON.readTree(in);
    }
    ReplicatorRows rows = new ReplicatorRows(golden);
    for (int step = 0; step <= LAST_STEP; step++) {
      rows.add(golden.get("steps").get(step).get("expect"));
    }
    try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres")) {
      rows.insert(connection);
    }
    core =
        new SinkCore(
            new StorageStreamSource(storage, "sink"),
            LogHistory.none("not here"),
            SinkOptions.DEFAULT,
            Clock.systemUTC());
  }

  @AfterEach
  void stop() throws IOException {
    core.close();
    storage.close();
    postgres.close();
  }

  @Test
  void continuesTheStreamWithoutASnapshot() throws SQLException {
    long before = operations();
    assertThat(core.durablePlace()).isEmpty();
    snapshot(golden.get("snapshot").get("ts").asLong());
    for (JsonNode step : golden.get("steps")) {
      if (step.has("rows")) {
        page(step);
      }
      if (step.get("step").asInt() <= LAST_STEP) {
        assertThat(operations()).as("nothing is written twice").isEqualTo(before);
      }
    }
    while (core.publicationDueMs().isPresent()) {
      core.idle();
    }
    Checkpoint checkpoint = storage.reader().checkpoint().orElseThrow();
    assertThat(checkpoint.lsn().nanos()).isEqualTo(1_785_400_513_000_001_599L);
    ReplicationStream stream = storage.streams().active().orElseThrow();
    SyncStreams plan = SyncStreams.load(stream.plan().orElseThrow(), stream.id().value());
    assertThat(storage.verifier().verify(plan, checkpoint, state()).differences()).isEmpty();
    assertThat(operations()).isGreaterThan(before);
    assertThat(sourceTables()).as("its source tables are kept").isEqualTo(4);
  }

  @Test
  void refusesALogWhoseSnapshotIsNewerThanTheStream() throws SQLException {
    long before = operations();
    assertThatThrownBy(() -> snapshot(1_785_400_600_000_000_000L))
        .isInstanceOf(LogRefusedException.class)
        .hasMessageContaining("Deploy the sync config again");
    assertThat(operations()).isEqualTo(before);
  }

  private void snapshot(long pin) {
    Position position = new Position(pin, 1);
    List<LogEvent> events = new ArrayList<>();
    List<TableId> tables = new ArrayList<>();
    for (JsonNode table : golden.get("tables")) {
      tables.add(TableId.root(table.asText()));
    }
    SnapshotId id = new SnapshotId("s1");
    events.add(new Marker.SnapshotBegin(position, id, tables, 1));
    for (JsonNode document : golden.get("snapshot").get("documents")) {
      events.add(upsert(document, position, true));
    }
    events.add(new Marker.SnapshotEnd(position, id, tables, 1));
    events.add(resolved(position));
    put(events);
  }

  private void page(JsonNode step) {
    List<LogEvent> events = new ArrayList<>();
    for (JsonNode row : step.get("rows")) {
      Position position = Position.ofCommit(row.get("ts").asLong());
      if (row.path("deleted").asBoolean()) {
        TableId table = TableId.root(row.get("table").asText());
        documents.getOrDefault(table.table(), new TreeMap<>()).remove(row.get("id").asText());
        events.add(new Change.Delete(position, table, row.get("id").asText()));
      } else {
        events.add(upsert(row, position, false));
      }
    }
    events.add(resolved(Position.ofCommit(step.get("cursor").asLong())));
    put(events);
  }

  private LogEvent upsert(JsonNode row, Position position, boolean snapshot) {
    String table = row.get("table").asText();
    String id = row.get("id").asText();
    String document = row.get("json").asText();
    documents.computeIfAbsent(table, name -> new TreeMap<>()).put(id, document);
    long ts = row.get("ts").asLong();
    return new Change.Upsert(position, TableId.root(table), id, document, ts, snapshot);
  }

  private LogEvent resolved(Position position) {
    LogEvent event = new Marker.Resolved(position, marker, System.currentTimeMillis());
    marker = Optional.of(position);
    return event;
  }

  private void put(List<LogEvent> events) {
    List<PlacedRecord> records = new ArrayList<>();
    for (LogEvent event : events) {
      LogRecord record = new LogRecord(new LogOrigin("tidy-otter-7", "app", "test"), event);
      records.add(new PlacedRecord(record, new InputPlace.Topic("app.log", 0, ++offset)));
    }
    core.put(records);
  }

  private DeploymentState state() {
    return new DeploymentState() {
      @Override
      public List<String> tables() {
        return List.copyOf(documents.keySet());
      }

      @Override
      public void documents(String table, Visitor visitor) {
        documents
            .get(table)
            .forEach((id, json) -> visitor.visit(id, json, DocumentEncoding.LOSSLESS));
      }
    };
  }

  private long operations() throws SQLException {
    return count("powersync.bucket_data");
  }

  private long sourceTables() throws SQLException {
    return count("powersync.source_tables");
  }

  private long count(String table) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres");
        var row = connection.createStatement().executeQuery("SELECT count(*) FROM " + table)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The replicator's rows, collected over the steps of a scenario. */
  private static final class ReplicatorRows {
    private static final List<String> TABLES =
        List.of("sync_rules", "source_tables", "current_data", "bucket_data", "bucket_parameters");
    private static final List<String> BINARY = List.of("source_key", "data", "lookup");

    private final JsonNode golden;
    private final Map<String, Map<String, ObjectNode>> rows = new TreeMap<>();
    private long sequence;

    ReplicatorRows(JsonNode golden) {
      this.golden = golden;
    }

    void add(JsonNode expected) {
      for (String table : TABLES) {
        Map<String, ObjectNode> known = rows.computeIfAbsent(table, name -> new TreeMap<>());
        expected.path(table).forEach(row -> known.put(key(table, row), row.deepCopy()));
        expected.path(table + "_gone").forEach(row -> known.remove(key(table, row)));
      }
      sequence = expected.get("op_id_sequence").get("last_value").asLong();
    }

    private static String key(String table, JsonNode row) {
      return switch (table) {
        case "current_data" ->
            row.get("source_table").asText() + "/" + row.get("source_key").asText();
        case "bucket_data" -> row.get("op_id").asText();
        default -> row.get("id").asText();
      };
    }

    void insert(Connection connection) throws SQLException {
      for (String table : TABLES) {
        ArrayNode all = JSON.createArrayNode();
        rows.get(table).values().forEach(row -> all.add(complete(table, row)));
        try (PreparedStatement statement =
            connection.prepareStatement(
                "INSERT INTO powersync.%1$s SELECT * FROM json_populate_recordset(NULL::powersync.%1$s, ?::json)"
                    .formatted(table))) {
          statement.setString(1, all.toString());
          statement.executeUpdate();
        }
      }
      try (var statement = connection.createStatement()) {
        statement.execute("SELECT setval('powersync.op_id_sequence', " + sequence + ")");
        statement.execute("SELECT setval('powersync.sync_rules_id_sequence', 1)");
      }
    }

    private ObjectNode complete(String table, ObjectNode row) {
      if (table.equals("sync_rules")) {
        JsonNode deployment = golden.get("deployments").get(0);
        row.put("content", deployment.get("content").asText());
        row.remove(List.of("last_checkpoint_ts", "last_keepalive_ts"));
        row.set("sync_plan", parse(deployment.get("sync_plan").asText()));
        return row;
      }
      for (String column : BINARY) {
        if (row.path(column).isTextual()
            && !(table.equals("bucket_data") && column.equals("data"))) {
          row.set(column, hex(row.get(column)));
        }
      }
      if (row.has("lookups")) {
        ArrayNode lookups = JSON.createArrayNode();
        row.get("lookups").forEach(lookup -> lookups.add(hex(lookup)));
        row.set("lookups", lookups);
      }
      return row;
    }

    private static JsonNode parse(String json) {
      try {
        return JSON.readTree(json);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    /** As PostgreSQL reads bytes. */
    private static TextNode hex(JsonNode text) {
      return TextNode.valueOf("\\x" + text.asText());
    }
  }
}
