package io.convexpowersync.source.columns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

final class FieldCutterTest {
  @Test
  void whatStaysIsCopiedAsItWasWritten() {
    String document =
        "{\"a\":9007199254740993,\"b\":[{\"a\":1}],\"c\":1e16,\"d\":\"\\u00e4\\\"\",\"e\":-0.0}";
    assertThat(cut(document, "b")).isEqualTo(document.replace("\"b\":[{\"a\":1}],", ""));
    assertThat(cut(document, "a")).isEqualTo(document.replace("\"a\":9007199254740993,", ""));
    assertThat(cut(document, "e", "d"))
        .isEqualTo("{\"a\":9007199254740993,\"b\":[{\"a\":1}],\"c\":1e16}");
    assertThat(cut(document, "c", "a"))
        .isEqualTo("{\"b\":[{\"a\":1}],\"d\":\"\\u00e4\\\"\",\"e\":-0.0}");
  }

  @Test
  void onlyTheTopLevelIsCut() {
    assertThat(cut("{\"x\":{\"a\":1},\"a\":\"}\"}", "a")).isEqualTo("{\"x\":{\"a\":1}}");
  }

  @Test
  void anUntouchedDocumentIsTheSame() {
    String document = "{\"a\":1}";
    assertThat(cut(document, "b")).isSameAs(document);
    assertThat(cut("{}", "b")).isEqualTo("{}");
    assertThat(cut(document, "a")).isEqualTo("{}");
  }

  @Test
  void anEscapedNameIsTheName() {
    assertThat(cut("{\"\\u0061\":1,\"b\":2}", "a")).isEqualTo("{\"b\":2}");
  }

  private static String cut(String document, String... fields) {
    return FieldCutter.cut(document, Set.of(fields)::contains);
  }
}
