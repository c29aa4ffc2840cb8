package io.convexpowersync.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LosslessValuesTest {
  private static String toService(String json) {
    return JsonWriter.text(LosslessValues.toService(JsonReader.big(json)));
  }

  @Test
  void integersBecomeTheirDigits() {
    assertThat(toService("9007199254740993")).isEqualTo("\"9007199254740993\"");
    assertThat(toService("{\"$integer\":\"KgAAAAAAAAA=\"}")).isEqualTo("\"42\"");
    assertThat(toService("{\"$integer\":\"//////////8=\"}")).isEqualTo("\"-1\"");
  }

  @Test
  void floatsStayUnlessTheyAreNotFinite() {
    assertThat(toService("42.0")).isEqualTo("42.0");
    assertThat(toService("1e16")).isEqualTo("10000000000000000.0");
    assertThat(toService("{\"$float\":\"AAAAAAAA8H8=\"}")).isEqualTo("\"Infinity\"");
    assertThat(toService("{\"$float\":\"AAAAAAAA8P8=\"}")).isEqualTo("\"-Infinity\"");
    assertThat(toService("{\"$float\":\"AAAAAAAA+H8=\"}")).isEqualTo("\"NaN\"");
    assertThat(LosslessValues.toService(JsonReader.big("{\"$float\":\"AAAAAAAAAIA=\"}")))
        .isEqualTo(new Value.Real(-0.0));
  }

  @Test
  void bytesBecomeTheirBase64Text() {
    assertThat(toService("{\"$bytes\":\"AAH/\"}")).isEqualTo("\"AAH/\"");
  }

  @Test
  void valuesAreConvertedAtEveryDepth() {
    assertThat(toService("{\"a\":[1,{\"b\":{\"$bytes\":\"AA==\"},\"c\":2.0}]}"))
        .isEqualTo("{\"a\":[\"1\",{\"b\":\"AA==\",\"c\":2.0}]}");
  }

  @Test
  void malformedTagsAreErrors() {
    for (String malformed :
        new String[] {
          "{\"$integer\":5}", "{\"$integer\":\"AA==\"}", "{\"$float\":\"?\"}", "{\"$set\":\"x\"}"
        }) {
      assertThatThrownBy(() -> toService(malformed))
          .as(malformed)
          .isInstanceOf(EvaluationException.class);
    }
  }
}
