package io.convexpowersync.storage;

import static io.convexpowersync.storage.Rows.inBucket;
import static io.convexpowersync.storage.Rows.lookup;
import static io.convexpowersync.storage.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.streams.BucketRow;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.LookupRow;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A snapshot that goes over tables that have rows already. */
class ResnapshotTest {
  private static final String ALL = "1#all|0[]";
  private static final String HELD = "SELECT to_regclass('convex_powersync.held_rows_1')";

  private final TestDatabase database = TestDatabase.create();
  private final BucketStorage storage = database.openWithSchema();
  private StreamWriter writer;
  private long before;

  @BeforeEach
  void open() {
    StreamId stream = storage.streams().deploy("config", Rows.PLAN);
    writer = storage.openWriter(stream, "test");
  }

  @AfterEach
  void close() throws SQLException {
    writer.close();
    storage.close();
    database.close();
  }

  @Test
  void sendsNothingWhenNothingHasChanged() {
    TreeMap<String, Evaluation> rows = rows(3_000);
    upsert(rows);
    rows.put("t0007", inBucket(ALL, "t0007", "another text"));
    upsert(new TreeMap<>(rows.subMap("t0007", true, "t0007", true)));

    snapshot(rows, 1_000);

    assertThat(written()).isEmpty();
    assertThat(database.one("SELECT count(*) FROM powersync.current_data")).isEqualTo("3000");
  }

  @Test
  void sendsOneOperationPerChangedRow() {
    TreeMap<String, Evaluation> rows = rows(50);
    upsert(rows);
    rows.put("t0003", inBucket(ALL, "t0003", "changed"));
    rows.put("t0010x", inBucket(ALL, "t0010x", "new"));
    rows.put("t0020", inBucket("1#other|0[]", "t0020", "text"));
    rows.remove("t0030");
    rows.remove("t0049");

    snapshot(rows, 7);

    assertThat(written())
        .containsExactlyInAnyOrder(
            "PUT|1#all|0[]|t0003",
            "PUT|1#all|0[]|t0010x",
            "PUT|1#other|0[]|t0020",
            "REMOVE|1#all|0[]|t0020",
            "REMOVE|1#all|0[]|t0030",
            "REMOVE|1#all|0[]|t0049");
    assertThat(state()).containsExactlyInAnyOrderElementsOf(expected(rows));
  }

  @Test
  void sendsOnlyLookupsThatHaveChanged() {
    upsert(Map.of("m1", lookups("u1", "u2"), "m2", lookups("u3")));
    mark();

    snapshot(new TreeMap<>(Map.of("m1", lookups("u1", "u4"), "m2", lookups("u3"))), 10);

    assertThat(
            database.query(
                "SELECT encode(lookup, 'escape') ~ 'u2', bucket_parameters"
                    + " FROM powersync.bucket_parameters WHERE id > %d ORDER BY id"
                        .formatted(before)))
        .containsExactly("f|[{\"0\":\"u4\"}]", "t|[]");
  }

  @Test
  void comparesWithTheNewestOperationOfAPlace() {
    TreeMap<String, Evaluation> rows = new TreeMap<>();
    rows.put("t1", inBucket(ALL, "t1", "first"));
    rows.put("t2", inBucket(ALL, "t2", "first"));
    upsert(rows);
    upsert(Map.of("t1", inBucket(ALL, "t1", "second"), "t2", Evaluation.NOTHING));
    upsert(Map.of("t2", inBucket(ALL, "t2", "third")));

    snapshot(rows, 10);

    assertThat(written()).containsExactly("PUT|1#all|0[]|t1", "PUT|1#all|0[]|t2");
  }

  @Test
  void seesTheLastOfSeveralRowsInOnePlace() {
    BucketRow first = row(ALL, "todos", "x", "{\"v\":1}");
    BucketRow second = row(ALL, "todos", "x", "{\"v\":2}");
    upsert(Map.of("t1", Rows.in(first, second)));

    snapshot(new TreeMap<>(Map.of("t1", Rows.in(first, second))), 10);
    assertThat(written()).isEmpty();

    snapshot(new TreeMap<>(Map.of("t1", Rows.in(second, first))), 10);
    assertThat(written()).hasSize(2);
  }

  @Test
  void sendsARowThatComesAgainOnlyOnce() {
    TreeMap<String, Evaluation> rows = rows(5);
    upsert(rows);
    rows.put("t0001", inBucket(ALL, "t0001", "changed"));
    mark();
    writer.prepareSnapshot(List.of("todos"));
    for (int i = 0; i < 2; i++) {
      page(rows, Optional.empty(), Optional.of("t0004"));
    }
    assertThat(written()).hasSizeBetween(1, 2);
    assertThat(state()).containsExactlyInAnyOrderElementsOf(expected(rows));
  }

  @Test
  void removesManyRowsInBoundedTransactions() {
    upsert(rows(9_000));
    TreeMap<String, Evaluation> rest = new TreeMap<>(Map.of("t8000", text("t8000")));

    snapshot(rest, 10);

    assertThat(written()).hasSize(8_999).allMatch(operation -> operation.startsWith("REMOVE"));
    assertThat(state()).containsExactlyInAnyOrderElementsOf(expected(rest));
    assertThat(
            database.query(
                "SELECT count(*) FROM powersync.bucket_data WHERE op = 'REMOVE'"
                    + " GROUP BY xmin::text HAVING count(*) > 4000"))
        .isEmpty();
  }

  @Test
  void emptiesATableInBoundedTransactions() {
    upsert(rows(5_000));
    try (WriteTransaction transaction = writer.begin()) {
      transaction.removeOthers("todos", Optional.empty(), Optional.empty());
      transaction.removeOthers("unknown", Optional.empty(), Optional.empty());
      assertThat(transaction.commit().operations()).isEqualTo(5_000);
    }
    assertThat(database.one("SELECT count(*) FROM powersync.current_data")).isEqualTo("0");
    assertThat(
            database.query(
                "SELECT count(*) FROM powersync.bucket_data WHERE op = 'REMOVE'"
                    + " GROUP BY xmin::text HAVING count(*) > 4000"))
        .isEmpty();
  }

  @Test
  void forgetsWhatItRemembered() {
    upsert(rows(5));
    writer.prepareSnapshot(List.of("todos"));
    assertThat(database.one(HELD)).isEqualTo("convex_powersync.held_rows_1");
    writer.close();
    writer = storage.openWriter(new StreamId(1), "test");
    snapshot(rows(5), 10);
    assertThat(database.one(HELD)).isEqualTo("null");
  }

  @Test
  void aFirstBuildRemembersNothing() {
    writer.prepareSnapshot(List.of("todos"));
    assertThat(database.one(HELD)).isEqualTo("null");
  }

  @Test
  void isRightWhenTheDatabaseHasForgotten() {
    TreeMap<String, Evaluation> rows = rows(10);
    upsert(rows);
    rows.remove("t0005");
    mark();
    writer.prepareSnapshot(List.of("todos"));
    database.execute("TRUNCATE convex_powersync.held_rows_1");

    page(rows, Optional.empty(), Optional.of("t0009"));

    assertThat(written()).hasSize(10);
    assertThat(state()).containsExactlyInAnyOrderElementsOf(expected(rows));
  }

  @Test
  void goesOnWithoutThePrivilegeToRemember() throws SQLException {
    TreeMap<String, Evaluation> rows = rows(10);
    upsert(rows);
    writer.close();
    database.execute("DROP ROLE IF EXISTS least");
    database.execute("CREATE ROLE least LOGIN PASSWORD 'least'");
    try {
      for (String schema : List.of("powersync", "convex_powersync")) {
        database.execute("GRANT USAGE ON SCHEMA " + schema + " TO least");
        database.execute("GRANT ALL ON ALL TABLES IN SCHEMA " + schema + " TO least");
        database.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA " + schema + " TO least");
      }
      StorageConfig config = database.config();
      try (BucketStorage least =
          BucketStorage.open(StorageConfig.of(config.url(), "least", "least"))) {
        writer = least.openWriter(new StreamId(1), "test");
        snapshot(rows, 10);
        writer.close();
      }
      assertThat(written()).hasSize(10);
      assertThat(state()).containsExactlyInAnyOrderElementsOf(expected(rows));
    } finally {
      writer = storage.openWriter(new StreamId(1), "test");
      try (Connection connection = DriverManager.getConnection(config().url(), "postgres", "")) {
        connection.createStatement().execute("DROP OWNED BY least");
        connection.createStatement().execute("DROP ROLE least");
      }
    }
  }

  private StorageConfig config() {
    return database.config();
  }

  /** Rows in pages, each a transaction, as the sink writes them. */
  private void snapshot(TreeMap<String, Evaluation> rows, int pageRows) {
    mark();
    writer.prepareSnapshot(List.of("todos"));
    Optional<String> reached = Optional.empty();
    TreeMap<String, Evaluation> page = new TreeMap<>();
    for (String id : rows.keySet()) {
      page.put(id, rows.get(id));
      if (page.size() == pageRows || id.equals(rows.lastKey())) {
        page(page, reached, Optional.of(id));
        reached = Optional.of(id);
        page.clear();
      }
    }
    try (WriteTransaction transaction = writer.begin()) {
      transaction.removeOthers("todos", reached, Optional.empty());
      transaction.snapshotEnded();
      transaction.commit();
    }
  }

  private void page(Map<String, Evaluation> rows, Optional<String> after, Optional<String> upTo) {
    try (WriteTransaction transaction = writer.begin()) {
      rows.forEach((id, evaluation) -> transaction.snapshotRow("todos", id, evaluation));
      transaction.removeOthers("todos", after, upTo);
      transaction.commit();
    }
  }

  private void upsert(Map<String, Evaluation> rows) {
    try (WriteTransaction transaction = writer.begin()) {
      new TreeMap<>(rows).forEach((id, evaluation) -> transaction.upsert("todos", id, evaluation));
      transaction.commit();
    }
  }

  /** What is written from now on counts. */
  private void mark() {
    before =
        Long.parseLong(
            database.one("SELECT coalesce(last_value, 0) FROM powersync.op_id_sequence"));
  }

  private List<String> written() {
    return database.query(
        "SELECT op, bucket_name, row_id FROM powersync.bucket_data WHERE op_id > %d ORDER BY op_id"
            .formatted(before));
  }

  private List<String> state() {
    return database.query(
        "SELECT DISTINCT ON (row_id) data FROM powersync.bucket_data"
            + " WHERE (bucket_name, row_id) IN (SELECT b->>'bucket', b->>'id' FROM"
            + " powersync.current_data, jsonb_array_elements(buckets) b)"
            + " ORDER BY row_id, op_id DESC");
  }

  private static List<String> expected(TreeMap<String, Evaluation> rows) {
    return rows.values().stream()
        .map(evaluation -> evaluation.buckets().get(0).data().text())
        .toList();
  }

  private static TreeMap<String, Evaluation> rows(int count) {
    TreeMap<String, Evaluation> rows = new TreeMap<>(RowOrder::compare);
    for (int i = 0; i < count; i++) {
      String id = "t%04d".formatted(i);
      rows.put(id, text(id));
    }
    return rows;
  }

  private static Evaluation text(String id) {
    return inBucket(ALL, id, "text");
  }

  private static Evaluation lookups(String... keys) {
    List<LookupRow> lookups = new ArrayList<>();
    for (String key : keys) {
      lookups.add(lookup(key, "[{\"0\":\"" + key + "\"}]"));
    }
    return Rows.lookups(lookups.toArray(LookupRow[]::new));
  }
}
