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
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt64;
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
  Arbitrary<Value> values() {
    return Arbitraries.oneOf(
        texts().map(Value.Text::new),
        Arbitraries.longs().map(Value.Int::of),
        Arbitraries.bigIntegers().map(Value.Int::of),
        Arbitraries.doubles().map(Value.Real::new));
  }

  @Property
  void lookupsAreEncodedAsTheLibraryDoes(@ForAll List<@From("values") Value> key) {
    BsonArray array = new BsonArray(key.stream().map(BsonPropertyTest::bson).toList());

    assertThat(new ParameterIndex.Lookup(key, "[]").bson())
        .isEqualTo(encoded(new BsonDocument("l", array)));
  }

  @Property
  void sourceKeysAreEncodedAsTheLibraryDoes(@ForAll("texts") String id) {
    assertThat(SourceKey.encode(id)).isEqualTo(encoded(new BsonDocument("id", new BsonString(id))));
  }

  private static BsonValue bson(Value value) {
    if (value instanceof Value.Text text) {
      return new BsonString(text.value());
    }
    return value instanceof Value.Int integer
        ? new BsonInt64(integer.toBig().longValue())
        : new BsonDouble(((Value.Real) value).value());
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
