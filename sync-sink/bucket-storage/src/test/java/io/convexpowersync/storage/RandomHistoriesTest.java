package io.convexpowersync.storage;

import static io.convexpowersync.storage.Rows.lookup;
import static io.convexpowersync.storage.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.streams.BucketRow;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.LookupRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Random changes of few rows, in random transactions, with crashes between and inside them: after
 * each history clients, lookups and row state show exactly the last state of every row.
 */
class RandomHistoriesTest {
  private static final int HISTORIES = 12;
  private static final int TRANSACTIONS = 25;
  private static final Lsn PIN = new Lsn(1_785_400_500_000_000_001L);

  private final TestDatabase database = TestDatabase.create();
  private final BucketStorage storage = database.openWithSchema();

  @AfterEach
  void close() throws SQLException {
    storage.close();
    database.close();
  }

  @Test
  void showsTheLastStateOfEveryRow() {
    for (int seed = 0; seed < HISTORIES; seed++) {
      StreamId stream = storage.streams().deploy("seed " + seed, Rows.PLAN);
      new History(stream, new Random(seed)).run();
    }
  }

  private final class History {
    private final StreamId stream;
    private final Random random;
    private final Map<String, Evaluation> model = new TreeMap<>();
    private StreamWriter writer;

    History(StreamId stream, Random random) {
      this.stream = stream;
      this.random = random;
      this.writer = storage.openWriter(stream, "test");
    }

    void run() {
      for (int i = 0; i < TRANSACTIONS; i++) {
        Map<String, Evaluation> before = new TreeMap<>(model);
        boolean commits = transaction();
        if (!commits) {
          model.clear();
          model.putAll(before);
        }
        if (random.nextInt(5) == 0) {
          database.killWriters();
          writer = storage.openWriter(stream, "test");
        }
      }
      try (WriteTransaction transaction = writer.begin()) {
        transaction.snapshotDone(PIN);
        transaction.publish(PIN, false, true);
        transaction.commit();
      }
      writer.close();
      checkClients();
      checkLookups();
      checkState();
    }

    /** A snapshot of table a that may differ from what is stored; the writer may die in it. */
    private void snapshot() {
      TreeMap<String, Evaluation> rows = new TreeMap<>(RowOrder::compare);
      model.forEach(
          (key, evaluation) -> {
            if (isInA(key) && random.nextInt(4) > 0) {
              rows.put(key.substring(2), evaluation);
            }
          });
      for (int i = random.nextInt(4); i > 0; i--) {
        String id = "id" + random.nextInt(25);
        rows.put(id, evaluation(id));
      }
      writer.prepareSnapshot(List.of("a"));
      Optional<String> reached = Optional.empty();
      List<String> page = new ArrayList<>();
      for (String id : rows.keySet()) {
        page.add(id);
        if (random.nextInt(3) == 0) {
          reached = write(page, rows, reached);
          page.removeIf(written -> random.nextInt(3) > 0);
        }
      }
      reached = write(page, rows, reached);
      try (WriteTransaction transaction = writer.begin()) {
        transaction.removeOthers("a", reached, Optional.empty());
        transaction.snapshotEnded();
        transaction.commit();
      }
      model.keySet().removeIf(this::isInA);
      rows.forEach((id, evaluation) -> model.put("a/" + id, evaluation));
    }

    /** Also of rows that come again. */
    private Optional<String> write(
        List<String> page, Map<String, Evaluation> rows, Optional<String> after) {
      Optional<String> upTo = after;
      for (String id : page) {
        upTo = Optional.of(upTo.map(last -> RowOrder.max(last, id)).orElse(id));
      }
      if (upTo.isEmpty()) {
        return after;
      }
      if (random.nextInt(4) == 0) {
        database.killWriters();
        writer = storage.openWriter(stream, "test");
      }
      try (WriteTransaction transaction = writer.begin()) {
        page.forEach(id -> transaction.snapshotRow("a", id, rows.get(id)));
        transaction.removeOthers("a", after, upTo);
        transaction.commit();
      }
      return upTo;
    }

    private boolean transaction() {
      if (random.nextInt(8) == 0) {
        snapshot();
        return true;
      }
      try (WriteTransaction transaction = writer.begin()) {
        if (random.nextInt(12) == 0) {
          truncate(transaction);
        } else {
          int changes = random.nextInt(12);
          for (int i = 0; i < changes; i++) {
            change(transaction);
          }
        }
        if (random.nextInt(6) == 0) {
          return false;
        }
        transaction.commit();
        return true;
      }
    }

    private void truncate(WriteTransaction transaction) {
      transaction.removeOthers("a", Optional.empty(), Optional.empty());
      model.keySet().removeIf(this::isInA);
    }

    private boolean isInA(String key) {
      return key.startsWith("a/");
    }

    private void change(WriteTransaction transaction) {
      String table = random.nextBoolean() ? "a" : "b";
      String id = "id" + "x".repeat(random.nextInt(3)) + random.nextInt(15);
      if (random.nextInt(4) == 0) {
        transaction.delete(table, id);
        model.remove(table + "/" + id);
      } else {
        Evaluation evaluation = evaluation(id);
        transaction.upsert(table, id, evaluation);
        model.put(table + "/" + id, evaluation);
      }
    }

    private Evaluation evaluation(String id) {
      List<BucketRow> buckets = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        String bucket = stream + "#b|0[" + random.nextInt(4) + "]";
        String rowId = random.nextInt(3) == 0 ? "other" + id : id;
        buckets.add(row(bucket, "t", rowId, "{\"v\":" + random.nextInt(3) + "}"));
      }
      List<LookupRow> lookups = new ArrayList<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        String key = "k" + i + random.nextInt(3);
        lookups.add(lookup(key, "[{\"0\":" + random.nextInt(3) + "}]"));
      }
      return new Evaluation(buckets, lookups, List.of());
    }

    private void checkClients() {
      Checkpoint checkpoint = storage.reader().checkpoint().orElseThrow();
      Map<String, TreeSet<String>> expected = new TreeMap<>();
      model.forEach(
          (key, evaluation) -> {
            // A later element of the same place in a bucket replaces an earlier one.
            Map<String, BucketRow> last = new TreeMap<>();
            evaluation.buckets().forEach(row -> last.put(row.bucket() + row.id(), row));
            last.values()
                .forEach(
                    row ->
                        expected
                            .computeIfAbsent(row.bucket(), bucket -> new TreeSet<>())
                            .add(row.id() + " " + row.data() + " of " + key));
          });
      Map<String, TreeSet<String>> held = new TreeMap<>();
      for (String bucket : storage.reader().buckets(checkpoint, "", 100)) {
        for (ClientRow row : storage.reader().rows(checkpoint, bucket)) {
          held.computeIfAbsent(bucket, b -> new TreeSet<>())
              .add(row.rowId() + " " + row.data() + " of " + document(row.subkey()));
        }
      }
      assertThat(held).isEqualTo(expected);
    }

    private String document(String subkey) {
      for (String key : model.keySet()) {
        String table =
            database.one(
                "SELECT id FROM powersync.source_tables WHERE group_id = %s AND table_name = '%s'"
                    .formatted(stream, key.substring(0, 1)));
        if (io.convexpowersync.streams.Checksums.subkey(table, key.substring(2)).equals(subkey)) {
          return key;
        }
      }
      return "nothing: " + subkey;
    }

    private void checkLookups() {
      Checkpoint checkpoint = storage.reader().checkpoint().orElseThrow();
      Map<String, List<String>> expected = new TreeMap<>();
      Map<String, byte[]> keys = new TreeMap<>();
      for (Evaluation evaluation : model.values()) {
        for (LookupRow row : evaluation.lookups()) {
          String key = HexFormat.of().formatHex(row.lookup());
          keys.put(key, row.lookup());
          expected.computeIfAbsent(key, k -> new ArrayList<>()).add(row.bucketParameters());
        }
      }
      keys.forEach(
          (key, lookup) ->
              assertThat(storage.reader().parameters(checkpoint, lookup))
                  .containsExactlyInAnyOrderElementsOf(expected.get(key)));
      assertThat(
              database.one(
                  "SELECT count(DISTINCT lookup) FROM (SELECT DISTINCT ON (lookup, source_table,"
                      + " source_key) lookup, bucket_parameters FROM powersync.bucket_parameters"
                      + " WHERE group_id = "
                      + stream
                      + " ORDER BY lookup, source_table, source_key, id DESC) p"
                      + " WHERE bucket_parameters <> '[]'"))
          .isEqualTo(String.valueOf(keys.size()));
    }

    private void checkState() {
      assertThat(
              database.one(
                  "SELECT count(*), coalesce(sum(jsonb_array_length(buckets)), 0),"
                      + " coalesce(sum(cardinality(lookups)), 0)"
                      + " FROM powersync.current_data WHERE group_id = "
                      + stream))
          .isEqualTo(
              "%d|%d|%d"
                  .formatted(
                      model.size(),
                      model.values().stream().mapToInt(e -> e.buckets().size()).sum(),
                      model.values().stream().mapToInt(e -> e.lookups().size()).sum()));
    }
  }
}
