package io.convexpowersync.source.struct;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.connect.data.Struct;

/** Makes documents of structs again, to see that nothing was lost. */
final class ReadBack {
  static final ObjectMapper JSON = new ObjectMapper();

  private ReadBack() {}

  /** The document, without its nulls. */
  static ObjectNode document(ObjectType type, Struct struct) {
    ObjectNode node = JSON.createObjectNode();
    for (Column column : type.columns()) {
      Object value = struct.get(column.name());
      if (value == null) {
        continue;
      } else if (column.name().equals(Columns.REST)) {
        node.setAll((ObjectNode) parse((String) value));
      } else {
        node.set(column.key(), value(column.type(), value));
      }
    }
    return node;
  }

  private static JsonNode value(Type type, Object value) {
    if (value == null) {
      return JSON.nullNode();
    } else if (type == Type.Scalar.JSON) {
      return parse((String) value);
    } else if (type instanceof ObjectType object) {
      return document(object, (Struct) value);
    } else if (type instanceof Type.ListOf list) {
      ArrayNode array = JSON.createArrayNode();
      ((List<?>) value).forEach(item -> array.add(value(list.element(), item)));
      return array;
    } else if (value instanceof ByteBuffer bytes) {
      return JSON.createObjectNode().put("$bytes", base64(bytes.duplicate()));
    } else if (value instanceof Double number && !Double.isFinite(number)) {
      ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      return JSON.createObjectNode().put("$float", base64(bytes.putDouble(0, number)));
    }
    return JSON.valueToTree(value);
  }

  private static String base64(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Without the fields that are null, at any depth below objects. */
  static JsonNode withoutNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode kept = JSON.createObjectNode();
      object
          .properties()
          .forEach(
              field -> {
                if (!field.getValue().isNull()) {
                  kept.set(field.getKey(), withoutNulls(field.getValue()));
                }
              });
      return kept;
    } else if (node instanceof ArrayNode array) {
      ArrayNode kept = JSON.createArrayNode();
      array.forEach(item -> kept.add(withoutNulls(item)));
      return kept;
    }
    return node;
  }

  static JsonNode parse(String json) {
    try {
      return withoutNulls(JSON.readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
