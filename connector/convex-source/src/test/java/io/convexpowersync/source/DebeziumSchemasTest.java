package io.convexpowersync.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.events.HeartbeatRecord;
import io.convexpowersync.events.JsonDocuments;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.SnapshotFlag;
import io.convexpowersync.events.TableTopicEncoder;
import io.convexpowersync.events.TableTopicFormat;
import io.convexpowersync.events.TransactionRecords;
import io.convexpowersync.source.notifications.NotificationRecord;
import io.debezium.connector.SnapshotRecord;
import io.debezium.data.Envelope;
import io.debezium.data.Json;
import io.debezium.schema.SchemaFactory;
import io.debezium.schema.SchemaNameAdjuster;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.junit.jupiter.api.Test;

/** The schemas are Debezium's, field by field, as Debezium's own classes build them. */
final class DebeziumSchemasTest {
  private static final SchemaFactory DEBEZIUM = SchemaFactory.get();
  private static final TableTopicEncoder USERS =
      new TableTopicEncoder(
          new LogOrigin("d", "crm", "1"),
          "crm.app.users",
          TableTopicFormat.STANDARD,
          new JsonDocuments());

  @Test
  void heartbeatsAreDebeziums() {
    assertThat(HeartbeatRecord.KEY)
        .isEqualTo(DEBEZIUM.heartbeatKeySchema(SchemaNameAdjuster.NO_OP));
    assertThat(HeartbeatRecord.VALUE)
        .isEqualTo(DEBEZIUM.heartbeatValueSchema(SchemaNameAdjuster.NO_OP));
  }

  @Test
  void transactionMetadataIsDebeziums() {
    assertThat(TransactionRecords.KEY)
        .isEqualTo(DEBEZIUM.transactionKeySchema(SchemaNameAdjuster.NO_OP));
    assertThat(TransactionRecords.VALUE)
        .isEqualTo(DEBEZIUM.transactionValueSchema(SchemaNameAdjuster.NO_OP));
  }

  @Test
  void notificationsAreDebeziums() {
    assertThat(NotificationRecord.KEY)
        .isEqualTo(DEBEZIUM.notificationKeySchema(SchemaNameAdjuster.NO_OP));
    assertThat(NotificationRecord.VALUE)
        .isEqualTo(DEBEZIUM.notificationValueSchema(SchemaNameAdjuster.NO_OP));
  }

  @Test
  void theEnvelopeIsDebeziums() {
    Schema envelope = USERS.valueSchema();
    Schema debeziums =
        Envelope.defineSchema()
            .withName("crm.app.users.Envelope")
            .withRecord(Json.builder().optional().build())
            .withSource(envelope.field("source").schema())
            .withTransaction(DEBEZIUM.transactionBlockSchema())
            .build()
            .schema();
    assertThat(envelope).isEqualTo(debeziums);
    assertThat(Envelope.isEnvelopeSchema(envelope)).isTrue();
  }

  @Test
  void theSourceBlockBeginsWithDebeziumsFields() {
    List<Field> debeziums = DEBEZIUM.sourceInfoSchemaBuilder().fields();
    List<Field> ours = USERS.valueSchema().field("source").schema().fields();
    assertThat(ours.subList(0, debeziums.size()))
        .extracting(Field::name)
        .containsExactlyElementsOf(debeziums.stream().map(Field::name).toList());
    for (Field field : debeziums) {
      assertThat(ours.get(field.index()).schema()).as(field.name()).isEqualTo(field.schema());
    }
  }

  @Test
  void placesInASnapshotAreDebeziums() {
    List<String> debeziums =
        Arrays.stream(SnapshotRecord.values())
            .map(value -> value.name().toLowerCase(Locale.ROOT))
            .toList();
    assertThat(Arrays.stream(SnapshotFlag.values()).map(SnapshotFlag::text)).isSubsetOf(debeziums);
  }
}
