package io.convexpowersync.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowParserTest {
  private static final List<String> METADATA =
      List.of(
          "\"_component\":\"a/b\"",
          "\"_table\":\"tasks\"",
          "\"_ts\":1785412801000000001",
          "\"_deleted\":false",
          "\"_later\":{\"x\":[1,\"}\"]}");

  /** Field by field, without space between tokens. */
  @Property(tries = 300)
  void keepsEveryLexemeKeyAndEscapeHoweverTheBytesArrive(
      @ForAll("documents") List<List<String>> documents,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9000) int chunk)
      throws IOException {
    Random random = new Random(seed);
    StringBuilder wire = new StringBuilder("[");
    for (List<String> fields : documents) {
      wire.append(wire.length() == 1 ? "" : ",");
      wire.append(spaced(object(withMetadata(fields, random)), random));
    }
    wire.append("]");

    List<ConvexDocument> parsed = parse(wire.toString(), chunk);

    assertThat(parsed)
        .extracting(ConvexDocument::json)
        .containsExactlyElementsOf(documents.stream().map(RowParserTest::object).toList());
    assertThat(parsed)
        .allMatch(row -> row.table().equals(new TableRef("a/b", "tasks")))
        .allMatch(row -> row.commitTs() == 1785412801000000001L && row.id().equals("id"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-0",
        "-0.0",
        "42.0",
        "1e16",
        "5e-324",
        "9223372036854775807",
        "-9223372036854775808",
        "1.7976931348623157e308",
        "123456789012345678901234567890.12345678901234567890E-7"
      })
  void passesNumbersThroughAsText(String number) throws IOException {
    String document = Pages.document("a", "\"n\":" + number);

    assertThat(parse("[" + Pages.row("a", "\"n\":" + number) + "]", 8))
        .extracting(ConvexDocument::json)
        .containsExactly(document);
  }

  @Test
  void keepsDocumentsLargerThanAnyBuffer() throws IOException {
    String large = "\"s\":\"" + "0123456789\\n\u00e4\u20ac\ud83d\ude00".repeat(100_000) + "\"";

    List<ConvexDocument> rows =
        parse("[" + Pages.row("a", large) + "," + Pages.row("b", "") + "]", 1500);

    assertThat(rows)
        .extracting(ConvexDocument::json)
        .containsExactly(Pages.document("a", large), Pages.document("b", ""));
  }

  @Test
  void needsTheMemoryOfOneDocumentForAPageOfAnySize() throws IOException {
    String row = Pages.row("a", "\"s\":\"" + "x".repeat(20_000) + "\"");
    int rows = 500;
    RecordingStream wire = new RecordingStream(new Repeated("[", row + ",", "1]", rows));

    try (JsonParser parser = Json.FACTORY.createParser(wire)) {
      RowParser parsed = new RowParser(parser, wire);
      parser.nextToken();
      for (int i = 0; i < rows; i++) {
        assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
        assertThat(parsed.parse().json()).hasSizeGreaterThan(20_000);
      }
    }
    assertThat(wire.capacity()).isLessThan(150_000);
  }

  @Test
  void readsDocumentsWhoseKeysAreData() throws IOException {
    StringBuilder page = new StringBuilder("[");
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      List<String> keys = new ArrayList<>();
      for (int key = 0; key < 1000; key++) {
        keys.add("\"j57" + (100_000_000L + 7919L * i) + "value" + key + "\":1");
      }
      String rest = "\"votes\":" + object(keys);
      page.append(i == 0 ? "" : ",").append(Pages.row("a", rest));
      documents.add(Pages.document("a", rest));
    }

    assertThat(parse(page + "]", 8000))
        .extracting(ConvexDocument::json)
        .containsExactlyElementsOf(documents);
  }

  @Test
  void leavesOutMetadataWhereverItStands() throws IOException {
    String row = "{\"Z\":1,\"_table\":\"t\",\"_id\":\"a\",\"_new\":[{\"_id\":1}],\"_ts\":3}";

    assertThat(parse("[" + row + "]", 8))
        .containsExactly(
            new ConvexDocument(new TableRef("", "t"), "a", 3, false, "{\"Z\":1,\"_id\":\"a\"}"));
  }

  @Test
  void leavesUnderscoresInsideValuesAlone() throws IOException {
    String rest = "\"o\":{\"_table\":\"x\",\"_id\":7,\"_deleted\":true}";

    ConvexDocument row = parse("[" + Pages.row("a", rest) + "]", 8).get(0);

    assertThat(row.json()).isEqualTo(Pages.document("a", rest));
    assertThat(row.id()).isEqualTo("a");
    assertThat(row.deleted()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"_table\":\"t\",\"_ts\":1}",
        "{\"_id\":\"a\",\"_ts\":1}",
        "{\"_id\":\"a\",\"_table\":\"t\"}",
        "{\"_id\":1,\"_table\":\"t\",\"_ts\":1}",
        "{\"_id\":\"a\",\"_table\":null,\"_ts\":1}",
        "{\"_id\":\"a\",\"_table\":\"t\",\"_ts\":\"1\"}",
        "{\"_id\":\"a\",\"_table\":\"t\",\"_ts\":1.7e18}",
        "{\"_id\":\"a\",\"_table\":\"t\",\"_ts\":-1}",
        "{\"_id\":\"a\",\"_table\":\"t\",\"_ts\":99999999999999999999}",
        "{\"_id\":\"a\",\"_table\":\"t\",\"_ts\":1,\"_deleted\":\"no\"}",
        "{\"_id\":\"a\",\"_table\":\"t\",\"_ts\":1,\"x\":01}",
        "{\"_id\":\"a\",\"_table\":\"t\",\"_ts\":1,\"x\":NaN}",
        "{\"_id\":\"a\",\"_table\":\"t\",\"_ts\":1,\"x\":\"\u0001\"}",
        "{\"_id\":\"a\",\"_table\":\"t\",\"_ts\":1,\"x\":[1,]}",
        "{\"_id\":\"a\",\"_table\":\"t\",\"_ts\":1,}",
        "{\"_id\":\"a\",\"_table\":\"t\",\"_ts\":1"
      })
  void refusesRowsThatTheApiDoesNotPromise(String row) {
    assertThatThrownBy(() -> parse("[" + row + "]", 8)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void quotesNoContentWhenItRefusesARow() {
    assertThatThrownBy(() -> parse("[{\"_id\":\"a\",\"x\":private words}]", 8))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageNotContaining("private");
  }

  @Provide
  Arbitrary<List<List<String>>> documents() {
    Arbitrary<String> field =
        Combinators.combine(key(), value(3)).as((key, value) -> key + ":" + value);
    return field.list().ofMaxSize(8).map(RowParserTest::withId).list().ofMinSize(1).ofMaxSize(6);
  }

  private static List<String> withId(List<String> fields) {
    List<String> all = new ArrayList<>(fields);
    all.add(fields.size() / 2, "\"_creationTime\":1785412799871.25,\"_id\":\"id\"");
    return all;
  }

  private static Arbitrary<String> key() {
    return Arbitraries.strings()
        .withCharRange('A', 'z')
        .excludeChars('\\', '_')
        .ofMinLength(1)
        .ofMaxLength(20)
        .map(name -> "\"" + name + "\"");
  }

  private static Arbitrary<String> value(int depth) {
    Arbitrary<String> scalar = Arbitraries.oneOf(number(), string(), literal());
    if (depth == 0) {
      return scalar;
    }
    Arbitrary<String> inner = Arbitraries.lazy(() -> value(depth - 1));
    Arbitrary<String> array =
        inner.list().ofMaxSize(4).map(items -> "[" + String.join(",", items) + "]");
    Arbitrary<String> field = Combinators.combine(string(), inner).as((k, v) -> k + ":" + v);
    Arbitrary<String> object = field.list().ofMaxSize(4).map(RowParserTest::object);
    return Arbitraries.oneOf(scalar, array, object);
  }

  private static Arbitrary<String> number() {
    Arbitrary<String> whole = Arbitraries.bigIntegers().map(Object::toString);
    Arbitrary<String> fraction =
        Arbitraries.strings().withCharRange('0', '9').ofMinLength(1).ofMaxLength(25);
    Arbitrary<String> exponent =
        Arbitraries.of("", "e1", "E+05", "e-324", "E300", "e0000", "E-00001");
    return Arbitraries.oneOf(
        whole,
        Arbitraries.longs().map(Object::toString),
        Combinators.combine(whole, fraction, exponent).as((w, f, e) -> w + "." + f + e));
  }

  private static Arbitrary<String> literal() {
    return Arbitraries.of("true", "false", "null", "{\"$integer\":\"AQAAAAAAIAA=\"}");
  }

  private static Arbitrary<String> string() {
    Arbitrary<String> plain =
        Arbitraries.strings().withCharRange(' ', '\ud7ff').excludeChars('"', '\\').ofMaxLength(12);
    Arbitrary<String> piece =
        Arbitraries.oneOf(
            plain,
            Arbitraries.of(
                "\\\"",
                "\\\\",
                "\\/",
                "\\b",
                "\\n",
                "\\u00e4",
                "\\u0000",
                "\\ud83d\\ude00",
                "\ud83d\ude00",
                "  ",
                "{",
                "}",
                "[",
                "],",
                "\",\"".replace("\"", "\\\"")));
    return piece.list().ofMaxSize(6).map(pieces -> "\"" + String.join("", pieces) + "\"");
  }

  private static String object(List<String> fields) {
    return "{" + String.join(",", fields) + "}";
  }

  private static List<String> withMetadata(List<String> fields, Random random) {
    List<String> metadata = new ArrayList<>(METADATA);
    Collections.shuffle(metadata, random);
    List<String> all = new ArrayList<>(fields);
    for (String field : metadata) {
      all.add(random.nextInt(all.size() + 1), field);
    }
    return all;
  }

  /** The same JSON with white space between tokens in places. */
  private static String spaced(String json, Random random) {
    StringBuilder spaced = new StringBuilder();
    boolean inString = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (inString && c == '\\') {
        spaced.append(c).append(json.charAt(++i));
        continue;
      }
      inString ^= c == '"';
      boolean between = !inString && ",:{}[]".indexOf(c) >= 0 && random.nextInt(4) == 0;
      spaced.append(between && c != '{' ? " \t" : "").append(c).append(between ? "\r\n" : "");
    }
    return spaced.toString();
  }

  private static List<ConvexDocument> parse(String rows, int chunk) throws IOException {
    RecordingStream wire =
        new RecordingStream(new Chunks(rows.getBytes(StandardCharsets.UTF_8), chunk));
    List<ConvexDocument> parsed = new ArrayList<>();
    try (JsonParser parser = Json.FACTORY.createParser(wire)) {
      RowParser row = new RowParser(parser, wire);
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_ARRAY);
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        parsed.add(row.parse());
      }
      assertThat(parser.currentToken()).isEqualTo(JsonToken.END_ARRAY);
    }
    return parsed;
  }

  /** Hands out its bytes in small pieces, as a network does. */
  private static final class Chunks extends InputStream {
    private final ByteArrayInputStream bytes;
    private final int size;

    Chunks(byte[] bytes, int size) {
      this.bytes = new ByteArrayInputStream(bytes);
      this.size = size;
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return bytes.read(target, offset, Math.min(length, size));
    }
  }

  /** The same piece many times, between a head and a tail. */
  private static final class Repeated extends InputStream {
    private final byte[] piece;
    private final byte[] tail;
    private byte[] current;
    private int left;
    private int at;

    Repeated(String head, String piece, String tail, int times) {
      this.current = head.getBytes(StandardCharsets.UTF_8);
      this.piece = piece.getBytes(StandardCharsets.UTF_8);
      this.tail = tail.getBytes(StandardCharsets.UTF_8);
      this.left = times;
    }

    @Override
    public int read() {
      if (at == current.length) {
        if (left < 0) {
          return -1;
        }
        current = left == 0 ? tail : piece;
        left--;
        at = 0;
      }
      return current[at++];
    }
  }
}
