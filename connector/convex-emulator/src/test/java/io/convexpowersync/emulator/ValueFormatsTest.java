package io.convexpowersync.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueFormatsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # input | json | convex_encoded_json | export_json
          null | null | null | null
          true | true | true | true
          "abc" | "abc" | "abc" | "abc"
          42 | "42" | {"$integer":"KgAAAAAAAAA="} | 42
          9007199254740993 | "9007199254740993" | {"$integer":"AQAAAAAAIAA="} | 9007199254740993
          -1 | "-1" | {"$integer":"//////////8="} | -1
          {"$integer":"AQAAAAAAIAA="} | "9007199254740993" | {"$integer":"AQAAAAAAIAA="} | 9007199254740993
          42.0 | 42.0 | 42.0 | 42.0
          1e16 | 1e16 | 1e16 | 1e16
          -0.0 | -0.0 | {"$float":"AAAAAAAAAIA="} | -0.0
          {"$float":"AAAAAAAA8H8="} | "Infinity" | {"$float":"AAAAAAAA8H8="} | {"$float":"AAAAAAAA8H8="}
          {"$float":"AAAAAAAA8P8="} | "-Infinity" | {"$float":"AAAAAAAA8P8="} | {"$float":"AAAAAAAA8P8="}
          {"$float":"AAAAAAAA+H8="} | "NaN" | {"$float":"AAAAAAAA+H8="} | {"$float":"AAAAAAAA+H8="}
          {"$float":"AQAAAAAA+P8="} | "NaN" | {"$float":"AQAAAAAA+P8="} | {"$float":"AQAAAAAA+P8="}
          {"$bytes":"AAH/"} | "AAH/" | {"$bytes":"AAH/"} | {"$bytes":"AAH/"}
          [1,2.5,[]] | ["1",2.5,[]] | [{"$integer":"AQAAAAAAAAA="},2.5,[]] | [1,2.5,[]]
          {"b":1,"a b":{}} | {"a b":{},"b":"1"} | {"a b":{},"b":{"$integer":"AQAAAAAAAAA="}} | {"a b":{},"b":1}
          """)
  void rendersEveryTypeInEveryFormat(String in, String json, String encoded, String export) {
    ConvexValue value = ConvexValue.parse(in, ValueFormat.EXPORT_JSON);
    assertThat(value.toJson(ValueFormat.JSON)).isEqualTo(json);
    assertThat(value.toJson(ValueFormat.CONVEX_ENCODED_JSON)).isEqualTo(encoded);
    assertThat(value.toJson(ValueFormat.EXPORT_JSON)).isEqualTo(export);
    assertThat(ValueWriter.sameAsExport(value, ValueFormat.JSON)).isEqualTo(json.equals(export));
    assertThat(ValueWriter.sameAsExport(value, ValueFormat.CONVEX_ENCODED_JSON))
        .isEqualTo(encoded.equals(export));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "1, 1.0",
    "-1.5, -1.5",
    "0.1, 0.1",
    "100, 100.0",
    "123456.789, 123456.789",
    "999999999999999, 999999999999999.0",
    "1e15, 1000000000000000.0",
    "9007199254740992, 9007199254740992.0",
    "1.2345678901234567e16, 1.2345678901234568e16",
    "1e16, 1e16",
    "1e21, 1e21",
    "-2.5e-10, -2.5e-10",
    "0.00001, 0.00001",
    "0.000012345, 0.000012345",
    "0.000001, 1e-6",
    "1.5e-6, 1.5e-6",
    "1e23, 1e23",
    "2e-3, 0.002",
    "5e-324, 5e-324",
    "1e-323, 1e-323",
    "1.5e-323, 1.5e-323",
    "2e-323, 2e-323",
    "2.2250738585072014e-308, 2.2250738585072014e-308",
    "1.7976931348623157e308, 1.7976931348623157e308",
    "1785412799871.25, 1785412799871.25",
    "4.35, 4.35",
    "2.0e15, 2000000000000000.0",
    "9.5e-5, 0.000095"
  })
  void writesFloatsLikeTheServer(double value, String expected) {
    assertThat(FloatText.of(value)).isEqualTo(expected);
    assertThat(Double.parseDouble(expected)).isEqualTo(value);
  }

  @Test
  void readsIntegersAsFloatsOutsideExportJson() {
    assertThat(ConvexValue.parse("42", ValueFormat.CONVEX_ENCODED_JSON))
        .isEqualTo(ConvexValue.of(42.0));
    assertThat(ConvexValue.parse("42", ValueFormat.EXPORT_JSON)).isEqualTo(ConvexValue.of(42L));
  }

  @Test
  void escapesStringsLikeTheServer() {
    String text = "\"\\/\b\f\n\r\t\u0001\u001f\u007fé\u2028😀\u0002";
    assertThat(ConvexValue.of(text).toJson(ValueFormat.JSON))
        .isEqualTo("\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u007fé\u2028😀\\u0002\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "1 2",
        "1e999",
        "9223372036854775808",
        "{\"$other\":\"x\"}",
        "{\"$integer\":\"AAAA\"}",
        "{\"$bytes\":\"AAH/\",\"x\":1}",
        "{\"é\":1}",
        "{\"a\":1,\"a\":2}",
        "\"\\ud800\""
      })
  void refusesWhatIsNoValue(String text) {
    assertThatThrownBy(() -> ConvexValue.parse(text, ValueFormat.EXPORT_JSON))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
