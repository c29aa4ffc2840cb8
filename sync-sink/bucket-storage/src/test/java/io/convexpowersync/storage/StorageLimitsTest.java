package io.convexpowersync.storage;

import static io.convexpowersync.storage.Rows.in;
import static io.convexpowersync.storage.Rows.lookup;
import static io.convexpowersync.storage.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.streams.BucketRow;
import io.convexpowersync.streams.Evaluation;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StorageLimitsTest {
  private static final BucketRow GOOD = row("1#good|0[]", "todos", "t1", "{}");

  private final TestDatabase database = TestDatabase.create();
  private final BucketStorage storage = database.openWithSchema();
  private StreamWriter writer;

  @BeforeEach
  void open() {
    writer = storage.openWriter(storage.streams().deploy("config", Rows.PLAN), "test");
  }

  @AfterEach
  void close() throws SQLException {
    writer.close();
    storage.close();
    database.close();
  }

  @Test
  void leavesOutASourceWithNulInARowId() {
    write(in(GOOD, row("1#bad|0[1]", "todos", "t\0", "{}"), row("1#bad|0[2]", "todos", "t", "{}")));
    assertThat(buckets()).containsExactly("1#good|0[]");
    assertThat(writer.rejectedSources()).isEqualTo(1);
  }

  @Test
  void leavesOutASourceWithHalfASurrogatePairInARowId() {
    write(in(GOOD, row("1#bad|0[1]", "todos", "t\uD83D", "{}")));
    write(in(GOOD, row("1#whole|0[1]", "todos", "t\uD83D\uDE00", "{}")));
    assertThat(buckets()).containsExactly("1#good|0[]", "1#good|0[]", "1#whole|0[1]");
  }

  @Test
  void leavesOutASourceWithABucketNameBeyondTheIndexLimit() {
    write(in(GOOD, row("1#long|0[\"" + incompressible(4_000) + "\"]", "todos", "t1", "{}")));
    assertThat(buckets()).containsExactly("1#good|0[]");
    assertThat(writer.rejectedSources()).isEqualTo(1);
  }

  @Test
  void keepsALongBucketNameThatTheIndexTakes() {
    String name = "1#long|0[\"" + "x".repeat(4_000) + "\"]";
    write(in(GOOD, row(name, "todos", "t1", "{}")));
    assertThat(buckets()).containsExactly("1#good|0[]", name);
  }

  @Test
  void leavesOutALookupBeyondTheIndexLimit() {
    write(
        new Evaluation(
            List.of(GOOD), List.of(lookup(incompressible(4_000), "[{\"0\":1}]")), List.of()));
    assertThat(database.one("SELECT count(*) FROM powersync.bucket_parameters")).isEqualTo("0");
    assertThat(buckets()).containsExactly("1#good|0[]");
  }

  @Test
  void removesWhatASourceProducedBeforeItFailed() {
    write(in(row("1#s|0[]", "todos", "t1", "{}")));
    write(in(row("1#s|0[]", "todos", "\0", "{}")));
    write(in(row("1#s|0[]", "todos", "\0", "{}")));
    assertThat(database.query("SELECT op, row_id FROM powersync.bucket_data ORDER BY op_id"))
        .containsExactly("PUT|t1", "REMOVE|t1");
  }

  @Test
  void storesNulWhereJsonEscapesIt() {
    write(in(row("1#s|0[\"a\\u0000b\"]", "todos", "t1", "{\"text\":\"a\\u0000b\"}")));
    assertThat(buckets()).containsExactly("1#s|0[\"a\\u0000b\"]");
    assertThat(database.one("SELECT buckets->0->>'bucket' FROM powersync.current_data"))
        .isEqualTo("1#s|0[\"a\\u0000b\"]");
  }

  private void write(Evaluation evaluation) {
    try (WriteTransaction transaction = writer.begin()) {
      transaction.upsert("todos", "t1", evaluation);
      transaction.commit();
    }
  }

  private List<String> buckets() {
    return database.query("SELECT bucket_name FROM powersync.bucket_data ORDER BY op_id");
  }

  private static String incompressible(int length) {
    return new Random(1)
        .ints(length, '0', 'z' + 1)
        .filter(Character::isLetterOrDigit)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
