package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holds single functions against what the Service's own functions do. */
class UnitsVectorTest {
  private JsonNode units;

  @BeforeEach
  void read() throws Exception {
    Optional<JsonNode> found = VectorFiles.configured().units();
    assumeTrue(found.isPresent(), "the corpus has no units");
    units = found.get();
  }

  @Test
  void numbersArePrintedAsInEveryPlace() {
    for (JsonNode unit : units.path("numbers")) {
      String bits = unit.path("bits").asText();
      Value.Real real = new Value.Real(Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16)));

      assertThat(Casts.toText(real)).as(bits).isEqualTo(unit.path("text").asText());
      assertThat(JsonWriter.text(real)).as(bits).isEqualTo(unit.path("json").asText());
      assertThat(Processor.array(new Value[] {real}))
          .as(bits)
          .isEqualTo(unit.path("bucketParameter").asText());
      assertThat(VectorValues.text((Value) Lookup.normalized(real)))
          .as(bits)
          .isEqualTo(VectorValues.text(unit.path("lookup")));
    }
  }

  @Test
  void textsAreCastToNumbers() {
    for (JsonNode unit : units.path("textNumbers")) {
      Value text = new Value.Text(unit.path("text").asText());
      for (String type : List.of("numeric", "integer", "real")) {
        assertThat(VectorValues.text(Casts.BY_TYPE.get(type).apply(text)))
            .as("%s of %s", type, text)
            .isEqualTo(VectorValues.text(unit.path(type)));
      }
      assertThat(Casts.isTrue(text)).as("%s", text).isEqualTo(unit.path("truth").asBoolean());
    }
  }

  @Test
  void textsAreReadAsDates() {
    List<String> failures = new ArrayList<>();
    for (JsonNode unit : units.path("dates")) {
      Value text = new Value.Text(unit.path("text").asText());
      OptionalLong ms = DateFunctions.milliseconds(text, false);
      String expected = unit.path("ms").asText();
      if (!expected.equals(ms.isPresent() ? Long.toString(ms.getAsLong()) : "null")) {
        failures.add(text + " is " + expected + ", not " + ms);
      }
      String datetime = VectorValues.text(call("datetime", text, new Value.Text("subsec")));
      if (!datetime.equals(VectorValues.text(unit.path("datetime")))) {
        failures.add(text + " prints as " + datetime);
      }
      String epoch = VectorValues.text(call("unixepoch", text));
      if (!epoch.equals(VectorValues.text(unit.path("unixepoch")))) {
        failures.add(text + " is at " + epoch);
      }
    }
    assertThat(failures).isEmpty();
  }

  private static Value call(String function, Value... arguments) {
    return DateFunctions.ALL.get(function).body().apply(new ScalarFunction.Arguments(arguments));
  }

  @Test
  void jsonIsReadAndWrittenByBothParsers() {
    for (JsonNode unit : units.path("json")) {
      String text = unit.path("text").asText();
      assertThat(rewritten(text, t -> JsonWriter.text(JsonReader.big(t))))
          .as("big parser of %s", text)
          .isEqualTo(unit.path("big").textValue());
      assertThat(rewritten(text, t -> JsonWriter.text(JsonReader.plain(t))))
          .as("plain parser of %s", text)
          .isEqualTo(unit.path("plain").textValue());
    }
  }

  private static String rewritten(String text, UnaryOperator<String> rewrite) {
    try {
      return rewrite.apply(text);
    } catch (EvaluationException e) {
      return null;
    }
  }

  @Test
  void valuesCompareAcrossTypes() {
    for (JsonNode unit : units.path("comparisons")) {
      Value a = VectorValues.parse(unit.path("a"));
      Value b = VectorValues.parse(unit.path("b"));
      assertOperator("=", a, b, unit.path("equal"));
      assertOperator("<", a, b, unit.path("less"));
      assertOperator("is", a, b, unit.path("is"));
    }
  }

  private static void assertOperator(String operator, Value a, Value b, JsonNode expected) {
    assertThat(VectorValues.text(Operators.BINARY.get(operator).apply(a, b)))
        .as("%s %s %s", a, operator, b)
        .isEqualTo(VectorValues.text(expected));
  }
}
