package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bson.BsonArray;
import org.bson.BsonBinaryWriter;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/** Keys of the storage, against MongoDB's own library. */
class BsonPropertyTest {

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().filter(text -> text.equals(wellFormed(text)));
  }

  @Provide
  Arbitrary<Json> values() {
    return Arbitraries.oneOf(
        texts().map(Value.Text::new),
        Arbitraries.longs().map(Value.Int::of),
        Arbitraries.bigIntegers().map(Value.Int::of),
        Arbitraries.doubles().map(Value.Real::new),
        nested());
  }

  /** What the elements of a document's array may be: their numbers are JavaScript's. */
  @Provide
  Arbitrary<Json> nested() {
    Arbitrary<Json> leaves =
        Arbitraries.oneOf(
            Arbitraries.of(Json.Bool.TRUE, Json.Bool.FALSE, Value.NULL),
            texts().map(Value.Text::new));
    Arbitrary<Json> numbers =
        Arbitraries.oneOf(
            Arbitraries.doubles().map(Value.Real::new),
            Arbitraries.of(0.0, -0.0, 1.0, 2147483647.0, 2147483648.0, -2147483648.0)
                .map(Value.Real::new));
    Arbitrary<Json> items = Arbitraries.oneOf(leaves, numbers);
    return Arbitraries.oneOf(
        leaves,
        items.list().ofMaxSize(4).map(Json.Array::new),
        Arbitraries.maps(names(), items).ofMaxSize(4).map(Json.Obj::new));
  }

  private Arbitrary<String> names() {
    return texts().filter(name -> name.indexOf('\0') < 0);
  }

  @Property
  void lookupsAreEncodedAsTheLibraryDoes(@ForAll List<@From("values") Json> key) {
    BsonArray array = new BsonArray(key.stream().map(BsonPropertyTest::item).toList());

    assertThat(new Lookup(key, "[]").bson()).isEqualTo(encoded(new BsonDocument("l", array)));
  }

  @Property
  void sourceKeysAreEncodedAsTheLibraryDoes(@ForAll("texts") String id) {
    assertThat(SourceKey.encode(id)).isEqualTo(encoded(new BsonDocument("id", new BsonString(id))));
  }

  private static BsonValue item(Json value) {
    return value instanceof Value.Real real ? new BsonDouble(real.value()) : bson(value);
  }

  private static BsonValue bson(Json value) {
    if (value instanceof Value.Text text) {
      return new BsonString(text.value());
    }
    if (value instanceof Json.Bool bool) {
      return BsonBoolean.valueOf(bool == Json.Bool.TRUE);
    }
    if (value instanceof Json.Array array) {
      return new BsonArray(array.items().stream().map(BsonPropertyTest::bson).toList());
    }
    if (value instanceof Json.Obj object) {
      BsonDocument document = new BsonDocument();
      object.members().forEach((name, member) -> document.append(name, bson(member)));
      return document;
    }
    if (value instanceof Value.Real real) {
      double number = real.value();
      boolean small = number == (int) number && !Double.valueOf(number).equals(-0.0);
      return small ? new BsonInt32((int) number) : new BsonDouble(number);
    }
    return value instanceof Value.Int integer
        ? new BsonInt64(integer.toBig().longValue())
        : BsonNull.VALUE;
  }

  private static byte[] encoded(BsonDocument document) {
    try (BasicOutputBuffer buffer = new BasicOutputBuffer();
        BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
      new BsonDocumentCodec().encode(writer, document, EncoderContext.builder().build());
      byte[] bytes = new byte[buffer.size()];
      ByteBuffer.wrap(buffer.toByteArray()).get(bytes);
      return bytes;
    }
  }

  /** The library has no answer to surrogates without partner. */
  private static String wellFormed(String text) {
    return new String(Utf8.encode(text), StandardCharsets.UTF_8);
  }
}
