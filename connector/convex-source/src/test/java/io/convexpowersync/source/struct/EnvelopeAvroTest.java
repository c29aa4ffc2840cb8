package io.convexpowersync.source.struct;

import static org.assertj.core.api.Assertions.assertThat;

import io.apicurio.registry.utils.converter.avro.AvroData;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.LogOrigin;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.RecordContext;
import io.convexpowersync.events.SnapshotFlag;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableTopicEncoder;
import io.convexpowersync.events.TableTopicFormat;
import io.convexpowersync.events.TransactionPlace;
import java.time.Instant;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.kafka.connect.data.Struct;

/** Whole envelopes as an Avro converter sees them, of a topic whose name Avro does not allow. */
final class EnvelopeAvroTest {
  private static final long TS = 1_785_412_800_123_456_789L;
  private static final TableId USERS = TableId.root("2fa");

  private final AvroData avro = new AvroData(100);
  private final StructDocuments documents =
      StructDocuments.unknown("my_crm.app._2fa.Value", new StructLimits(400, 6));
  private final TableTopicEncoder encoder =
      new TableTopicEncoder(
          new LogOrigin("d", "my-crm", "1"),
          "my-crm.app.2fa",
          TableTopicFormat.STANDARD,
          documents);

  @Property(tries = 60)
  void everyEnvelopeSurvivesAndEverySchemaReadsTheOneBefore(@ForAll long seed) {
    RandomDocuments random = new RandomDocuments(seed);
    Schema before = null;
    for (int i = 0; i < 6; i++) {
      String json = random.next();
      documents.learn(json);
      Struct value =
          encoder.value(
              new Change.Upsert(Position.ofCommit(TS), USERS, "j57", json, TS, false),
              new RecordContext(
                  SnapshotFlag.NONE,
                  Optional.of(new TransactionPlace(Long.toString(TS), 1, 1)),
                  Instant.EPOCH));
      Schema schema = avro.fromConnectSchema(encoder.valueSchema());
      Object converted = avro.fromConnectData(encoder.valueSchema(), value);
      Struct back = (Struct) avro.toConnectData(schema, converted).value();
      assertThat(back.getStruct("after").getString("_id")).isEqualTo("j57");
      assertThat(back.getStruct("source").getInt64("ts_ns")).isEqualTo(TS);
      if (before != null) {
        assertThat(SchemaCompatibility.checkReaderWriterCompatibility(schema, before).getType())
            .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
      }
      before = schema;
    }
  }

  @Example
  void schemasParseAgainAsTheTextThatARegistryKeeps() {
    documents.learn("{\"a b\":{\"c.d\":[{\"1\":{}}]},\"x\":1}");
    documents.learn("{\"x\":\"1\"}");
    Schema value = avro.fromConnectSchema(encoder.valueSchema());
    assertThat(new Schema.Parser().parse(value.toString())).isEqualTo(value);
    Schema key = avro.fromConnectSchema(encoder.keySchema());
    assertThat(new Schema.Parser().parse(key.toString())).isEqualTo(key);
  }
}
