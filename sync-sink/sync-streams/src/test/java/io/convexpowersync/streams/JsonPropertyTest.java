package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is written is read back. */
class JsonPropertyTest {
  private static final ObjectMapper JACKSON = new ObjectMapper();

  @Provide
  Arbitrary<Json> json() {
    return Arbitraries.lazyOf(
        () -> Arbitraries.just((Json) Value.NULL),
        () -> Arbitraries.of(Json.Bool.class).map(bool -> (Json) bool),
        () -> Arbitraries.longs().map(n -> (Json) Value.Int.of(n)),
        () -> Arbitraries.bigIntegers().map((BigInteger n) -> (Json) Value.Int.of(n)),
        () -> Arbitraries.doubles().map(n -> (Json) new Value.Real(n + 0.0)),
        () -> Arbitraries.strings().map(s -> (Json) new Value.Text(s)),
        () -> json().list().ofMaxSize(4).map(items -> (Json) new Json.Array(items)),
        () ->
            Arbitraries.maps(names(), json())
                .ofMaxSize(4)
                .map(m -> (Json) new Json.Obj(MemberOrder.sorted(new LinkedHashMap<>(m)))));
  }

  private static Arbitrary<String> names() {
    return Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(8),
            Arbitraries.longs().between(0, 5_000_000_000L).map(String::valueOf))
        .filter(name -> !name.equals("__proto__"));
  }

  @Property
  void treesSurviveTheirText(@ForAll("json") Json json) {
    String text = JsonWriter.text(json);

    assertThat(JsonReader.big(text)).isEqualTo(json);
    assertThat(JsonWriter.text(JsonReader.big(text))).isEqualTo(text);
  }

  @Property
  void textIsWhatAnotherParserReads(@ForAll("json") Json json) throws JsonProcessingException {
    String text = JsonWriter.text(json);

    assertThat(JsonReader.big(JACKSON.readTree(text).toString()))
        .matches(read -> JsonEquality.equal(read, json));
  }

  @Property
  void theEndOfATextIsNeverOverrun(@ForAll("json") Json json, @ForAll int cut) {
    String text = JsonWriter.text(json);
    String part = text.substring(0, Math.floorMod(cut, text.length() + 1));

    try {
      JsonWriter.text(JsonReader.plain(part));
      JsonWriter.text(JsonReader.big(part));
    } catch (EvaluationException e) {
      assertThat(e).hasMessageContaining("JSON");
    }
  }
}
