package io.convexpowersync.source.struct;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.source.struct.DocumentValue.Kind;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Every value of Convex, in both lossless encodings. */
final class DocumentParserTest {
  @Test
  void numbersAreToldApartByTheirTokens() {
    assertValue("9007199254740993", Kind.INT64, 9007199254740993L);
    assertValue("-9223372036854775808", Kind.INT64, Long.MIN_VALUE);
    assertValue("42.0", Kind.FLOAT64, 42.0);
    assertValue("1e16", Kind.FLOAT64, 1e16);
    assertValue("5e-324", Kind.FLOAT64, Double.MIN_VALUE);
    assertValue("-0.0", Kind.FLOAT64, -0.0);
  }

  @Test
  void taggedValuesAreDecoded() {
    assertValue("{\"$integer\":\"AQAAAAAAIAA=\"}", Kind.INT64, 9007199254740993L);
    assertValue("{\"$integer\":\"//////////8=\"}", Kind.INT64, -1L);
    assertValue("{\"$float\":\"AAAAAAAA8P8=\"}", Kind.FLOAT64, Double.NEGATIVE_INFINITY);
    assertValue("{\"$float\":\"AAAAAAAA+H8=\"}", Kind.FLOAT64, Double.NaN);
    assertValue("{\"$bytes\":\"AAH/\"}", Kind.BYTES, ByteBuffer.wrap(new byte[] {0, 1, -1}));
  }

  @Test
  void whatIsNotKnownIsKeptAsText() {
    for (String text :
        new String[] {
          "{\"$decimal\":\"1\"}",
          "{\"$integer\":\"AAA=\"}",
          "{\"$float\":7}",
          "{\"$bytes\":\"?\"}",
          "9223372036854775808"
        }) {
      assertValue(text, Kind.UNKNOWN, null);
    }
  }

  @Test
  void otherValues() {
    assertValue("null", Kind.NULL, null);
    assertValue("true", Kind.BOOLEAN, true);
    assertValue("false", Kind.BOOLEAN, false);
    assertValue("\"a\\u00e4\\n\\\"\"", Kind.STRING, "a\u00e4\n\"");
    assertValue("{}", Kind.OBJECT, null);
    assertValue("[]", Kind.ARRAY, null);
  }

  @Test
  void everyValueKnowsItsText() {
    String deep = "{\"a b\":[1,2.50,\"x\\\\\",{\"y\":null}],\"z\":-1e5}";
    String document = "{\"first\":" + deep + ",\"second\":[" + deep + ",17,true]}";
    DocumentValue value = DocumentParser.parse(document);
    assertThat(value.text()).isEqualTo(document);
    assertThat(value.fields().get(0).value().text()).isEqualTo(deep);
    DocumentValue list = value.fields().get(1).value();
    assertThat(list.items()).extracting(DocumentValue::text).containsExactly(deep, "17", "true");
    DocumentValue first = list.items().get(0).fields().get(0).value();
    assertThat(first.items())
        .extracting(DocumentValue::text)
        .containsExactly("1", "2.50", "\"x\\\\\"", "{\"y\":null}");
  }

  private static void assertValue(String json, Kind kind, Object scalar) {
    DocumentValue document = DocumentParser.parse("{\"a\":" + json + ",\"b\":1}");
    DocumentValue value = document.fields().get(0).value();
    assertThat(value.kind()).as(json).isEqualTo(kind);
    assertThat(value.scalar()).as(json).isEqualTo(scalar);
    assertThat(value.text()).isEqualTo(json);
  }
}
