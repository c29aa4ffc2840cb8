package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The same document in Convex's three encodings gives the same results. */
class DocumentEncodingPropertyTest {
  private static final String ALL_COLUMNS =
      Plans.withFilter("{\"type\":\"lit_int\",\"base10\":\"1\"}");

  private final List<SyncStreams> plans =
      List.of(SyncStreams.load(ALL_COLUMNS, 1), SyncStreams.load(Plans.byTag(), 1));

  /** A Convex value, in each of the encodings. */
  private record Encoded(String json, String encodedJson, String exportJson) {
    static Encoded same(String json) {
      return new Encoded(json, json, json);
    }

    static Encoded integer(long value) {
      return new Encoded(
          "\"" + value + "\"",
          "{\"$integer\":\""
              + base64(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value))
              + "\"}",
          Long.toString(value));
    }

    static Encoded real(double value) {
      String tagged =
          "{\"$float\":\""
              + base64(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value))
              + "\"}";
      if (!Double.isFinite(value)) {
        return new Encoded("\"" + NumberText.of(value) + "\"", tagged, tagged);
      }
      String text = Double.toString(value);
      return new Encoded(
          text, Double.doubleToRawLongBits(value) == Long.MIN_VALUE ? tagged : text, text);
    }

    static Encoded bytes(byte[] value) {
      String text = "\"" + base64(ByteBuffer.wrap(value)) + "\"";
      return new Encoded(text, "{\"$bytes\":" + text + "}", "{\"$bytes\":" + text + "}");
    }

    static Encoded array(List<Encoded> items) {
      return new Encoded(
          items.stream().map(Encoded::json).collect(Collectors.joining(",", "[", "]")),
          items.stream().map(Encoded::encodedJson).collect(Collectors.joining(", ", "[ ", "]")),
          items.stream().map(Encoded::exportJson).collect(Collectors.joining(",", "[", "]")));
    }

    static Encoded object(Map<String, Encoded> fields) {
      return new Encoded(
          members(fields, Encoded::json),
          members(fields, Encoded::encodedJson),
          members(fields, Encoded::exportJson));
    }

    private static String members(Map<String, Encoded> fields, Function<Encoded, String> encoding) {
      return fields.entrySet().stream()
          .map(field -> "\"" + field.getKey() + "\":" + encoding.apply(field.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }

    private static String base64(ByteBuffer bytes) {
      return Base64.getEncoder().encodeToString(bytes.array());
    }
  }

  @Provide
  Arbitrary<Encoded> values() {
    return Arbitraries.lazyOf(
        () -> Arbitraries.of("null", "true", "false", "\"text\"", "\"1\"").map(Encoded::same),
        () -> Arbitraries.longs().map(Encoded::integer),
        () -> Arbitraries.doubles().map(Encoded::real),
        () ->
            Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0)
                .map(Encoded::real),
        () -> Arbitraries.bytes().array(byte[].class).ofMaxSize(5).map(Encoded::bytes),
        () -> values().list().ofMaxSize(4).map(Encoded::array),
        () -> Arbitraries.maps(names(), values()).ofMaxSize(4).map(Encoded::object));
  }

  @Provide
  Arbitrary<Encoded> documents() {
    return Arbitraries.maps(names(), values())
        .ofMaxSize(6)
        .map(
            fields -> {
              fields.put("_id", Encoded.same("\"d1\""));
              return Encoded.object(fields);
            });
  }

  private static Arbitrary<String> names() {
    return Arbitraries.of("a", "b", "tags", "n", "7", "07", "1", "x y");
  }

  @Property
  void resultsDoNotDependOnTheEncoding(@ForAll("documents") Encoded document) {
    for (SyncStreams streams : plans) {
      Evaluation expected = streams.evaluate("t", document.json(), DocumentEncoding.JSON);

      assertThat(streams.evaluate("t", document.encodedJson(), DocumentEncoding.LOSSLESS))
          .isEqualTo(expected);
      assertThat(streams.evaluate("t", document.exportJson(), DocumentEncoding.LOSSLESS))
          .isEqualTo(expected);
    }
  }
}
