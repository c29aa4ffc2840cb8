package io.convexpowersync.streams;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;

/** Values in the notation of the vectors: type and text. */
final class VectorValues {
  private VectorValues() {}

  static String text(JsonNode typed) {
    return text(typed.get(0), typed.get(1));
  }

  static String text(JsonNode type, JsonNode text) {
    return type.asText() + (text.isNull() ? "" : " " + text.asText());
  }

  static String text(Value value) {
    if (value instanceof Value.Real real && Double.doubleToRawLongBits(real.value()) < 0) {
      return real.value() == 0 ? "real -0" : "real " + NumberText.of(real.value());
    }
    if (value instanceof Value.Blob blob) {
      return "blob " + HexFormat.of().formatHex(blob.bytes());
    }
    return value.isNull() ? "null" : value.typeName() + " " + Casts.toText(value);
  }

  static Value parse(JsonNode typed) {
    String text = typed.get(1).asText();
    return switch (typed.get(0).asText()) {
      case "null" -> Value.NULL;
      case "integer" -> Casts.integer(text);
      case "real" -> new Value.Real(Double.parseDouble(text));
      case "text" -> new Value.Text(text);
      default -> throw new IllegalArgumentException("Type of " + typed);
    };
  }
}
