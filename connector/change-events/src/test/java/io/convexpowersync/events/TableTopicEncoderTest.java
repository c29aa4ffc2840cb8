package io.convexpowersync.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

/** The envelope, field by field. */
final class TableTopicEncoderTest {
  private static final long TS = 1_785_412_800_123_456_789L;
  private static final TableId USERS = TableId.root("users");
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123456789Z");
  private static final long NOW_NS = 1_795_341_600_123_456_789L;
  private static final String DOCUMENT = "{\"_id\":\"j57\",\"n\":9007199254740993,\"f\":42.0}";

  private final TableTopicEncoder encoder = encoder("crm.app.users", TableTopicFormat.STANDARD);

  private static TableTopicEncoder encoder(String topic, TableTopicFormat format) {
    LogOrigin origin = new LogOrigin("happy-otter-123", "crm", "1.2.3");
    return new TableTopicEncoder(origin, topic, format, new JsonDocuments());
  }

  private static RecordContext context(SnapshotFlag flag) {
    return new RecordContext(flag, Optional.empty(), NOW);
  }

  @Test
  void aWriteHasTheDocumentAfterAndNoPreImage() {
    Change change = new Change.Upsert(Position.ofCommit(TS), USERS, "j57", DOCUMENT, TS, false);
    Struct value = encoder.value(change, context(SnapshotFlag.NONE));
    assertThat(value.getString("op")).isEqualTo("u");
    assertThat(value.getString("after")).isEqualTo(DOCUMENT);
    assertThat(value.get("before")).isNull();
    assertThat(value.get("transaction")).isNull();
    assertThat(value.getInt64("ts_ms")).isEqualTo(NOW_NS / 1_000_000);
    assertThat(value.getInt64("ts_us")).isEqualTo(NOW_NS / 1_000);
    assertThat(value.getInt64("ts_ns")).isEqualTo(NOW_NS);
    assertThat(encoder.key(change).getString("_id")).isEqualTo("j57");
  }

  @Test
  void theSourceBlockNamesCommitPositionAndTable() {
    Change change =
        new Change.Upsert(
            Position.ofCommit(TS), new TableId("a/b", "users"), "j57", DOCUMENT, TS, false);
    Struct source = encoder.value(change, context(SnapshotFlag.NONE)).getStruct("source");
    assertThat(source.getString("version")).isEqualTo("1.2.3");
    assertThat(source.getString("connector")).isEqualTo("convex");
    assertThat(source.getString("name")).isEqualTo("crm");
    assertThat(source.getString("snapshot")).isEqualTo("false");
    assertThat(source.getString("db")).isEqualTo("a_b");
    assertThat(source.getString("component")).isEqualTo("a/b");
    assertThat(source.getString("table")).isEqualTo("users");
    assertThat(source.getString("ts")).isEqualTo("1785412800123456789");
    assertThat(source.getInt64("ts_ms")).isEqualTo(1_785_412_800_123L);
    assertThat(source.getInt64("ts_us")).isEqualTo(1_785_412_800_123_456L);
    assertThat(source.getInt64("ts_ns")).isEqualTo(TS);
    assertThat(source.getString("sequence")).isEqualTo("[\"1785412800123456789\",\"0\"]");
  }

  @Test
  void aSnapshotRowTellsItsOwnCommitAndTheSnapshotsPosition() {
    Change change = new Change.Upsert(new Position(TS, 2), USERS, "j57", DOCUMENT, TS - 5, true);
    Struct value = encoder.value(change, context(SnapshotFlag.FIRST));
    assertThat(value.getString("op")).isEqualTo("r");
    Struct source = value.getStruct("source");
    assertThat(source.getString("snapshot")).isEqualTo("first");
    assertThat(source.getString("db")).isEqualTo("app");
    assertThat(source.getString("ts")).isEqualTo("1785412800123456784");
    assertThat(source.getString("sequence")).isEqualTo("[\"1785412800123456789\",\"2\"]");
  }

  @Test
  void aDeleteNamesTheIdBefore() {
    Change change = new Change.Delete(Position.ofCommit(TS), USERS, "j57");
    Struct value = encoder.value(change, context(SnapshotFlag.NONE));
    assertThat(value.getString("op")).isEqualTo("d");
    assertThat(value.getString("before")).isEqualTo("{\"_id\":\"j57\"}");
    assertThat(value.get("after")).isNull();
    assertThat(encoder.key(change).getString("_id")).isEqualTo("j57");
  }

  @Test
  void aTruncateHasAKeyThatNoDocumentHas() {
    Change change = new Change.Truncate(new Position(TS, 1), USERS);
    assertThat(encoder.value(change, context(SnapshotFlag.NONE)).getString("op")).isEqualTo("t");
    assertThat(encoder.key(change).getString("_id")).isEqualTo("__truncate");
  }

  @Test
  void aWriteIsACreateForConsumersThatWantThat() {
    TableTopicEncoder creates = encoder("crm.app.users", new TableTopicFormat("c", false));
    Change write = new Change.Upsert(Position.ofCommit(TS), USERS, "j57", DOCUMENT, TS, false);
    Change row = new Change.Upsert(new Position(TS, 1), USERS, "j57", DOCUMENT, TS, true);
    assertThat(creates.value(write, context(SnapshotFlag.NONE)).getString("op")).isEqualTo("c");
    assertThat(creates.value(row, context(SnapshotFlag.TRUE)).getString("op")).isEqualTo("r");
  }

  @Test
  void everyVersionHasAKeyOfItsOwnIfWanted() {
    TableTopicEncoder versions = encoder("crm.app.users", new TableTopicFormat("u", true));
    Struct row =
        versions.key(new Change.Upsert(new Position(TS, 1), USERS, "j57", DOCUMENT, TS - 5, true));
    assertThat(row.getString("_id")).isEqualTo("j57");
    assertThat(row.getString("_ts")).as("its own commit").isEqualTo("1785412800123456784");
    Struct delete = versions.key(new Change.Delete(Position.ofCommit(TS), USERS, "j57"));
    assertThat(delete.getString("_ts")).isEqualTo("1785412800123456789");
  }

  @Test
  void theTransactionBlockTellsThePlaceInTheCommit() {
    Change change = new Change.Delete(Position.ofCommit(TS), USERS, "j57");
    TransactionPlace place = new TransactionPlace("1785412800123456789", 7, 2);
    Struct value =
        encoder.value(change, new RecordContext(SnapshotFlag.NONE, Optional.of(place), NOW));
    Struct transaction = value.getStruct("transaction");
    assertThat(transaction.getString("id")).isEqualTo("1785412800123456789");
    assertThat(transaction.getInt64("total_order")).isEqualTo(7);
    assertThat(transaction.getInt64("data_collection_order")).isEqualTo(2);
  }

  @Test
  void schemaNamesAreLegalInAvro() {
    TableTopicEncoder odd = encoder("my-crm.app.2fa", TableTopicFormat.STANDARD);
    assertThat(odd.topic()).isEqualTo("my-crm.app.2fa");
    assertThat(odd.keySchema().name()).isEqualTo("my_crm.app._2fa.Key");
    assertThat(odd.valueSchema().name()).isEqualTo("my_crm.app._2fa.Envelope");
  }

  @Test
  void numbersSurviveTheJsonConverter() {
    Change change = new Change.Upsert(Position.ofCommit(TS), USERS, "j57", DOCUMENT, TS, false);
    Struct value = encoder.value(change, context(SnapshotFlag.NONE));
    value.validate();
    Struct typed = (Struct) Wire.withSchemas().value(encoder.valueSchema(), value).value();
    assertThat(typed.getString("after")).isEqualTo(DOCUMENT);
    assertThat(typed.getStruct("source").getInt64("ts_ns")).isEqualTo(TS);
    Map<?, ?> plain = (Map<?, ?>) Wire.withoutSchemas().value(encoder.valueSchema(), value).value();
    assertThat(((Map<?, ?>) plain.get("source")).get("ts_ns")).isEqualTo(TS);
  }

  @Test
  void theHeartbeatIsDebeziums() {
    assertThat(HeartbeatRecord.key("crm").getString("serverName")).isEqualTo("crm");
    assertThat(HeartbeatRecord.value(17).getInt64("ts_ms")).isEqualTo(17);
  }
}
