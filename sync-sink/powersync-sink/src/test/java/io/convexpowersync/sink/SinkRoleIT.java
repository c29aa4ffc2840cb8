package io.convexpowersync.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogEvent;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.LogRecord;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.SnapshotId;
import io.convexpowersync.events.TableId;
import io.convexpowersync.storage.BucketStorage;
import io.convexpowersync.storage.StorageConfig;
import io.convexpowersync.storage.StreamId;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The SQL scripts that ship with the sink: its role, the triggers, and the way back. */
class SinkRoleIT {
  private static final TableId TASKS = TableId.root("tasks");
  private static final long PIN = 1_785_412_800_000_000_000L;
  private static final String PLAN =
      """
      {"plan":{"version":1,"dataSources":[
      {"hash":1,"table":{"connection":null,"schema":null,"table":"tasks"},
       "outputTableName":"tasks","tableValuedFunctions":[],"filters":[],"partitionBy":[],
       "columns":["star",{"expr":{"type":"data","source":{"column":"_id"}},"alias":"id"}]}],
      "buckets":[{"hash":3,"uniqueName":"tasks|0","sources":[0]}],"parameterIndexes":[],
      "streams":[]},"compatibility":{"edition":3,"overrides":{}},"eventDescriptors":{}}
      """;

  private EmbeddedPostgres postgres;
  private String url;
  private BucketStorage service;

  @BeforeEach
  void start() throws IOException, SQLException {
    postgres = EmbeddedPostgres.start();
    url = postgres.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", "");
    service = BucketStorage.open(StorageConfig.of(url, "postgres", "postgres"));
  }

  @AfterEach
  void stop() throws IOException {
    service.close();
    postgres.close();
  }

  @Test
  void theSinkWorksWithTheLeastPrivilegesAndGoesWithoutATrace() throws Exception {
    migrate();
    script("bookkeeping-schema.sql");
    script("sink-role.sql");
    script("sink-role.sql");
    script("write-checkpoint-trigger.sql");
    execute("ALTER ROLE powersync_sink PASSWORD 'sink'");
    PowerSyncSinkConfig config = new PowerSyncSinkConfig(config("powersync_sink", "sink"));
    StreamId first = service.streams().deploy("config: {edition: 3}", PLAN);
    assertThat(errors(config("powersync_sink", "sink"))).isEmpty();
    try (OpenSink sink = OpenSink.open(config, "sink", Clock.systemUTC())) {
      sink.core().put(records(snapshot(PIN)));
      sink.core().idle();
      assertThat(service.reader().checkpoint()).isPresent();
    }
    // Built from nothing, so that the first one is replaced and cleared.
    service.streams().deploy("config: {edition: 3} # 2", PLAN);
    execute("UPDATE powersync.sync_rules SET state = 'STOP' WHERE id = " + first);
    try (OpenSink sink = OpenSink.open(config, "sink", Clock.systemUTC())) {
      sink.core().put(records(snapshot(PIN + 10)));
      sink.storage().streams().clear(first, "sink");
      assertThat(rows("SELECT state FROM powersync.sync_rules ORDER BY id"))
          .containsExactly("TERMINATED", "ACTIVE");
    }

    script("remove.sql");
    assertThat(rows("SELECT nspname FROM pg_namespace WHERE nspname = 'convex_powersync'"))
        .isEmpty();
    assertThat(rows("SELECT rolname FROM pg_roles WHERE rolname = 'powersync_sink'")).isEmpty();
    assertThat(rows("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'convex_powersync%'"))
        .isEmpty();
    assertThat(rows("SELECT name FROM powersync.locks")).isEmpty();
    assertThat(rows("SELECT count(*) FROM powersync.bucket_data")).containsExactly("1");
  }

  @Test
  void withTwoMoreRightsItDeploysItsSyncConfigItself() throws Exception {
    migrate();
    script("bookkeeping-schema.sql");
    script("sink-role.sql");
    execute("ALTER ROLE powersync_sink PASSWORD 'sink'");
    PowerSyncSinkConfig config = new PowerSyncSinkConfig(config("powersync_sink", "sink"));
    try (OpenSink sink = OpenSink.open(config, "sink", Clock.systemUTC())) {
      assertThatThrownBy(() -> sink.storage().streams().deploy("config: {edition: 3}", PLAN))
          .hasMessageContaining("permission denied for table sync_rules");
      execute("GRANT INSERT ON powersync.sync_rules TO powersync_sink");
      execute("GRANT USAGE ON SEQUENCE powersync.sync_rules_id_sequence TO powersync_sink");
      sink.storage().streams().deploy("config: {edition: 3}", PLAN);
    }
    assertThat(rows("SELECT state FROM powersync.sync_rules")).containsExactly("PROCESSING");
  }

  @Test
  void withTheRightToCreateSchemasItMakesItsOwn() throws Exception {
    execute("CREATE ROLE maker LOGIN PASSWORD 'maker'");
    Map<String, String> properties = config("maker", "maker");
    properties.put("schema.mode", "create");
    assertThat(errors(properties))
        .singleElement()
        .satisfies(
            value -> {
              assertThat(value.name()).isEqualTo("schema.mode");
              assertThat(value.errorMessages().get(0)).contains("GRANT CREATE ON DATABASE");
            });
    execute("GRANT CREATE ON DATABASE postgres TO maker");
    assertThat(errors(properties)).isEmpty();
    assertThat(rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE '%powersync%'"))
        .as("trying a configuration changes nothing")
        .isEmpty();
    PowerSyncSinkConfig config = new PowerSyncSinkConfig(properties);
    try (OpenSink sink = OpenSink.open(config, "sink", Clock.systemUTC())) {
      sink.storage().streams().deploy("config: {edition: 3}", PLAN);
      sink.core().put(records(snapshot(PIN)));
      assertThat(sink.storage().reader().checkpoint()).isPresent();
    }
  }

  @Test
  void aConfigurationThatDoesNotWorkIsBlamedOnTheRightKey() throws Exception {
    assertThat(blamed(config("postgres", "postgres"))).isEqualTo("schema.mode");
    migrate();
    assertThat(errors(config("postgres", "postgres"))).isEmpty();
    execute("CREATE ROLE nobody LOGIN PASSWORD 'nobody'");
    assertThat(blamed(config("nobody", "nobody"))).isEqualTo("connection.user");
    requirePassword("nobody");
    assertThat(blamed(config("nobody", "wrong"))).isEqualTo("connection.password");
    assertThat(blamed(with("connection.url", url + "_missing"))).isEqualTo("connection.url");
    assertThat(blamed(with("connection.sslmode", "verify-full"))).isEqualTo("connection.sslmode");
    assertThat(blamed(with("connection.nonsense", "x"))).isEqualTo("connection.nonsense");
    assertThat(errors(with("connection.reWriteBatchedInserts", "true"))).isEmpty();
    try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String hanging = "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/db";
      assertThat(blamed(with("connection.url", hanging))).isEqualTo("connection.url");
    }
  }

  /** The embedded server trusts everybody otherwise. */
  private void requirePassword(String role) throws IOException, SQLException {
    Path file = Path.of(rows("SHOW hba_file").get(0));
    String rest = Files.readString(file);
    Files.writeString(file, "host all " + role + " 127.0.0.1/32 scram-sha-256\n" + rest);
    execute("SELECT pg_reload_conf()");
  }

  private String blamed(Map<String, String> properties) {
    List<ConfigValue> errors = errors(properties);
    assertThat(errors).as("%s", properties).hasSize(1);
    assertThat(errors.get(0).errorMessages().toString()).doesNotContain("postgres:postgres");
    return errors.get(0).name();
  }

  private static List<ConfigValue> errors(Map<String, String> properties) {
    return new PowerSyncSinkConnector()
        .validate(properties).configValues().stream()
            .filter(value -> !value.errorMessages().isEmpty())
            .toList();
  }

  private Map<String, String> with(String key, String value) {
    Map<String, String> properties = config("postgres", "postgres");
    properties.put(key, value);
    return properties;
  }

  private Map<String, String> config(String user, String password) {
    return new HashMap<>(
        Map.of(
            "name", "sink",
            "topics", "app.log",
            "connection.url", url,
            "connection.user", user,
            "connection.password", password));
  }

  /** What the service's migrate leaves: nothing of ours. */
  private void migrate() throws SQLException {
    service.createSchema();
    execute("DROP SCHEMA convex_powersync CASCADE");
  }

  private static List<LogEvent> snapshot(long pin) {
    Position position = new Position(pin, 1);
    SnapshotId id = new SnapshotId("s" + pin);
    return List.of(
        new Marker.SnapshotBegin(position, id, List.of(TASKS), 1),
        new Change.Upsert(position, TASKS, "a", "{\"_id\":\"a\"}", pin - 1, true),
        new Marker.SnapshotEnd(position, id, List.of(TASKS), 1),
        new Marker.Resolved(position, Optional.empty(), System.currentTimeMillis()));
  }

  private static List<PlacedRecord> records(List<LogEvent> events) {
    List<PlacedRecord> records = new ArrayList<>();
    for (LogEvent event : events) {
      LogRecord record = new LogRecord(new LogOrigin("tidy-otter-7", "app", "test"), event);
      records.add(new PlacedRecord(record, new InputPlace.Topic("app.log", 0, records.size() + 1)));
    }
    return records;
  }

  private void script(String name) throws IOException, SQLException {
    try (InputStream in = BucketStorage.class.getResourceAsStream(name)) {
      execute(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres")) {
      connection.createStatement().execute(sql);
    }
  }

  private List<String> rows(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "postgres", "postgres");
        var result = connection.createStatement().executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        rows.add(result.getString(1));
      }
      return rows;
    }
  }
}
