package io.convexpowersync.streams;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings Convex's lossless encodings to the form that the Service reads: an Int64 becomes its
 * digits as text, bytes their base64 text, non-finite floats their names. User objects never have
 * members that start with {@code $}, so tagged values cannot be mistaken.
 */
final class LosslessValues {
  private LosslessValues() {}

  /**
   * @throws EvaluationException if a tagged value is malformed
   */
  static Json toService(Json value) {
    if (value instanceof Value.Int integer) {
      return new Value.Text(integer.digits());
    }
    if (value instanceof Json.Array array) {
      List<Json> items = new ArrayList<>(array.items().size());
      for (Json item : array.items()) {
        items.add(toService(item));
      }
      return new Json.Array(items);
    }
    return value instanceof Json.Obj object ? object(object.members()) : value;
  }

  private static Json object(Map<String, Json> members) {
    if (members.size() == 1) {
      Map.Entry<String, Json> only = members.entrySet().iterator().next();
      if (only.getKey().startsWith("$")) {
        return tagged(only.getKey(), only.getValue());
      }
    }
    Map<String, Json> converted = new LinkedHashMap<>();
    for (Map.Entry<String, Json> member : members.entrySet()) {
      converted.put(member.getKey(), toService(member.getValue()));
    }
    return new Json.Obj(converted);
  }

  private static Json tagged(String tag, Json payload) {
    if (!(payload instanceof Value.Text text)) {
      throw new EvaluationException("Tagged value " + tag + " without text");
    }
    return switch (tag) {
      case "$bytes" -> text;
      case "$integer" -> new Value.Text(Long.toString(eightBytes(tag, text.value()).getLong()));
      case "$float" -> real(eightBytes(tag, text.value()).getDouble());
      default -> throw new EvaluationException("Unknown tagged value " + tag);
    };
  }

  private static Json real(double value) {
    return Double.isFinite(value) ? new Value.Real(value) : new Value.Text(NumberText.of(value));
  }

  private static ByteBuffer eightBytes(String tag, String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new EvaluationException("Tagged value " + tag + " is not base64");
    }
    if (bytes.length != Long.BYTES) {
      throw new EvaluationException("Tagged value " + tag + " is not of eight bytes");
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
