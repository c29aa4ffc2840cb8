package io.convexpowersync.source.struct;

import static org.assertj.core.api.Assertions.assertThat;

import io.apicurio.registry.utils.converter.avro.AvroData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** Whatever the documents: none is lost, and every schema reads what another one wrote. */
final class WideningPropertyTest {
  private static final int DOCUMENTS = 12;

  @Property(tries = 300)
  void noDocumentIsLostOrRejected(@ForAll long seed, @ForAll boolean tight) {
    RandomDocuments random = new RandomDocuments(seed);
    StructDocuments documents = documents(tight);
    for (int i = 0; i < DOCUMENTS; i++) {
      String json = random.next();
      documents.learn(json);
      Struct struct = documents.document(json);
      struct.validate();
      String back = ReadBack.document(ShapeCodec.decode(documents.known()), struct).toString();
      assertThat(ReadBack.parse(back)).as(json).isEqualTo(ReadBack.parse(json));
    }
  }

  @Property(tries = 200)
  void fieldsAreOnlyAddedBehindTheOthers(@ForAll long seed, @ForAll boolean tight) {
    RandomDocuments random = new RandomDocuments(seed);
    StructDocuments documents = documents(tight);
    ObjectType before = ShapeCodec.decode(documents.known());
    for (int i = 0; i < DOCUMENTS; i++) {
      documents.learn(random.next());
      ObjectType after = ShapeCodec.decode(documents.known());
      assertWider(before, after);
      before = after;
    }
  }

  private static void assertWider(Type before, Type after) {
    if (before instanceof ObjectType old) {
      List<Column> columns = ((ObjectType) after).columns();
      for (int i = 0; i < old.columns().size(); i++) {
        Column was = old.columns().get(i);
        Column is = columns.get(i);
        assertThat(is.name()).isEqualTo(was.name());
        assertThat(is.key()).isEqualTo(was.key());
        assertWider(was.type(), is.type());
      }
    } else if (before instanceof Type.ListOf old) {
      assertWider(old.element(), ((Type.ListOf) after).element());
    } else {
      assertThat(after).isEqualTo(before);
    }
  }

  @Property(tries = 60)
  void everySchemaReadsWhatAnyOtherWroteByAvrosRules(@ForAll long seed, @ForAll boolean tight)
      throws IOException {
    RandomDocuments random = new RandomDocuments(seed);
    StructDocuments documents = documents(tight);
    AvroData avro = new AvroData(100);
    Schema before = null;
    byte[] written = null;
    Struct struct = null;
    for (int i = 0; i < DOCUMENTS; i++) {
      String json = random.next();
      documents.learn(json);
      Schema after = avro.fromConnectSchema(documents.schema());
      if (before != null) {
        assertReads(after, before);
        assertReads(before, after);
        assertSameValues(struct, read(avro, before, after, written));
      }
      struct = documents.document(json);
      written = write(after, avro.fromConnectData(documents.schema(), struct));
      before = after;
    }
  }

  private static void assertReads(Schema reader, Schema writer) {
    assertThat(SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType())
        .as("%s reads %s", reader, writer)
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }

  private static byte[] write(Schema schema, Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<>(schema).write(value, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static Struct read(AvroData avro, Schema writer, Schema reader, byte[] bytes)
      throws IOException {
    Object value =
        new GenericDatumReader<>(writer, reader)
            .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    return (Struct) avro.toConnectData(reader, value).value();
  }

  private static void assertSameValues(Struct before, Struct after) {
    for (Field field : before.schema().fields()) {
      Object was = before.get(field);
      Object is = after.get(field.name());
      if (was instanceof Struct nested) {
        assertSameValues(nested, (Struct) is);
      } else if (!(was instanceof List<?>)) {
        assertThat(is).as(field.name()).isEqualTo(was);
      }
    }
  }

  private static StructDocuments documents(boolean tight) {
    StructLimits limits = tight ? new StructLimits(12, 3) : new StructLimits(400, 6);
    return StructDocuments.unknown("crm.app.users.Value", limits);
  }
}
