package io.convexpowersync.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchemaCreationTest {
  private static final JsonNode GOLDEN = GoldenFiles.configured().schema();

  private static final String TABLE_NAMES =
      """
      SELECT relname FROM pg_class
      WHERE relnamespace = 'powersync'::regnamespace AND relkind = 'r' ORDER BY 1
      """;

  private static final String COLUMNS =
      """
      SELECT json_build_object('name', attname, 'type', format_type(atttypid, atttypmod),
        'nullable', NOT attnotnull, 'default', pg_get_expr(adbin, adrelid))
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND d.adnum = attnum
      WHERE attrelid = 'powersync.%s'::regclass AND attnum > 0 ORDER BY attnum
      """;

  private static final String PRIMARY_KEY =
      """
      SELECT json_build_object('name', conname, 'columns',
        (SELECT json_agg(attname ORDER BY n) FROM unnest(conkey) WITH ORDINALITY AS k(num, n)
           JOIN pg_attribute ON attrelid = conrelid AND attnum = num))
      FROM pg_constraint WHERE conrelid = 'powersync.%s'::regclass AND contype = 'p'
      """;

  private static final String INDEXES =
      """
      SELECT json_build_object('name', c.relname, 'unique', indisunique, 'method', amname,
        'columns', (SELECT json_agg(json_build_object(
              'column', pg_get_indexdef(c.oid, n::int, false),
              'desc', (option & 1) = 1, 'nulls_first', (option & 2) = 2) ORDER BY n)
           FROM unnest(indoption::int2[]) WITH ORDINALITY AS o(option, n)),
        'predicate', pg_get_expr(indpred, indrelid))
      FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_am am ON am.oid = c.relam
      WHERE indrelid = 'powersync.%s'::regclass AND NOT indisprimary ORDER BY c.relname
      """;

  private static final String OTHER_CONSTRAINTS =
      """
      SELECT json_build_object('name', conname) FROM pg_constraint
      WHERE conrelid = 'powersync.%s'::regclass AND contype NOT IN ('p', 'n')
      """;

  private static final String SEQUENCES =
      """
      SELECT json_build_object('name', sequencename, 'type', data_type::text,
        'start', start_value::text, 'min', min_value::text, 'max', max_value::text,
        'increment', increment_by::text, 'cycle', cycle, 'cache', cache_size::text,
        'last_value', last_value,
        'owned_by', (SELECT refobjid::regclass::text || '.' || attname
           FROM pg_depend JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
           WHERE objid = (schemaname || '.' || sequencename)::regclass AND deptype = 'a'))
      FROM pg_sequences WHERE schemaname = 'powersync' ORDER BY sequencename
      """;

  private final TestDatabase database = TestDatabase.create();

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  @Test
  void createsExactlyWhatTheServiceMigratesTo() {
    database.openWithSchema().close();

    assertThat(database.query(TABLE_NAMES)).isEqualTo(names(GOLDEN.get("tables")));
    GOLDEN
        .get("tables")
        .properties()
        .forEach(
            table -> {
              String name = table.getKey();
              assertSame(name, table.getValue().get("columns"), COLUMNS.formatted(name));
              assertThat(json(database.one(PRIMARY_KEY.formatted(name))))
                  .as(name)
                  .isEqualTo(table.getValue().get("primary_key"));
              assertSame(name, table.getValue().get("indexes"), INDEXES.formatted(name));
              assertSame(
                  name,
                  table.getValue().get("other_constraints"),
                  OTHER_CONSTRAINTS.formatted(name));
              assertThat(database.one("SELECT count(*) FROM powersync." + name))
                  .as(name)
                  .isEqualTo(GOLDEN.get("rows").get(name).asText());
            });
    for (String row : database.query(SEQUENCES)) {
      ObjectNode sequence = (ObjectNode) json(row);
      String name = sequence.remove("name").asText();
      if (sequence.get("owned_by").isTextual()) {
        sequence.put("owned_by", sequence.get("owned_by").asText().replace("powersync.", ""));
      }
      assertThat(sequence).as(name).isEqualTo(GOLDEN.get("sequences").get(name));
    }
    assertThat(database.query(SEQUENCES)).hasSize(GOLDEN.get("sequences").size());
  }

  @Test
  void addsNothingButTwoTriggersToTheServicesSchema() {
    database.openWithSchema().close();

    assertThat(
            database.query(
                "SELECT proname FROM pg_proc WHERE pronamespace = 'powersync'::regnamespace"))
        .isEmpty();
    assertThat(
            database.query(
                "SELECT relname, tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid"
                    + " WHERE relnamespace = 'powersync'::regnamespace AND NOT tgisinternal"
                    + " ORDER BY tgname"))
        .containsExactly(
            "write_checkpoints|convex_powersync_inserted",
            "write_checkpoints|convex_powersync_updated");
    assertThat(database.query("SELECT extname FROM pg_extension")).containsExactly("plpgsql");
  }

  @Test
  void leavesTheMigrationsRowAsTheServiceDoes() {
    database.openWithSchema().close();

    ObjectNode row =
        (ObjectNode) json(database.one("SELECT row_to_json(m) FROM powersync.migrations m"));
    ObjectNode golden = GOLDEN.get("migrations_row").deepCopy();
    for (JsonNode entry : row.get("log")) {
      assertThat(entry.get("timestamp").asText())
          .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
      ((ObjectNode) entry).remove("timestamp");
    }
    golden.get("log").forEach(entry -> ((ObjectNode) entry).remove("timestamp"));
    assertThat(row).isEqualTo(golden);
    assertThat(database.query("SELECT name FROM powersync.locks")).isEmpty();
  }

  @Test
  void leavesAnExistingSchemaAlone() {
    try (BucketStorage storage = database.openWithSchema()) {
      storage.streams().deploy("config", "{}");
      storage.createSchema();
      assertThat(storage.streams().list()).hasSize(1);
    }
  }

  @Test
  void createsOnceWhenSeveralProcessesStartTogether() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    List<Future<?>> results = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      results.add(threads.submit(() -> database.openWithSchema().close()));
    }
    for (Future<?> result : results) {
      result.get();
    }
    threads.shutdown();
    assertThat(database.one("SELECT count(*) FROM powersync.migrations")).isEqualTo("1");
  }

  @Test
  void waitsForAMigrationOfTheService() {
    database.execute("CREATE SCHEMA powersync");
    database.execute(
        "CREATE TABLE powersync.locks (name text PRIMARY KEY, lock_id uuid NOT NULL,"
            + " ts timestamptz NOT NULL)");
    database.execute("INSERT INTO powersync.locks VALUES ('migrations', gen_random_uuid(), now())");
    try (BucketStorage storage = database.open()) {
      assertThatThrownBy(storage::createSchema).hasMessageContaining("right now");
      database.execute("UPDATE powersync.locks SET ts = now() - interval '2 minutes'");
      storage.createSchema();
      storage.checkSchema();
    }
  }

  @Test
  void expectsOfEveryTableWhatTheServiceCreates() {
    ExpectedSchema.TABLES.forEach(
        (table, columns) -> {
          List<String> expected = new ArrayList<>();
          columns.forEach((column, type) -> expected.add(column + " " + type));
          List<String> golden = new ArrayList<>();
          GOLDEN
              .get("tables")
              .get(table)
              .get("columns")
              .forEach(c -> golden.add(c.get("name").asText() + " " + c.get("type").asText()));
          assertThat(expected).as(table).isEqualTo(golden);
        });
  }

  private void assertSame(String table, JsonNode golden, String query) {
    List<JsonNode> expected = new ArrayList<>();
    golden.forEach(expected::add);
    assertThat(database.query(query).stream().map(SchemaCreationTest::json))
        .as(table)
        .containsExactlyElementsOf(expected);
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names.stream().sorted().toList();
  }

  private static JsonNode json(String text) {
    try {
      return GoldenFiles.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
