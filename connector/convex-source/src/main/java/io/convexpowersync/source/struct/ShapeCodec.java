package io.convexpowersync.source.struct;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The stored form of a table's type: JSON text. A field is {@code {"name", "key" unless it is the
 * name, "type"}}, and a type {@code "int64"} and the like, {@code {"list": type}} or {@code
 * {"fields": [...]}}.
 */
final class ShapeCodec {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FIELDS = "fields";
  private static final String LIST = "list";
  private static final String NAME = "name";
  private static final String KEY = "key";
  private static final String TYPE = "type";

  static String encode(ObjectType type) {
    return node(type).toString();
  }

  private static JsonNode node(Type type) {
    if (type instanceof ObjectType object) {
      ObjectNode node = JSON.createObjectNode();
      ArrayNode fields = node.putArray(FIELDS);
      object.columns().forEach(column -> fields.add(node(column)));
      return node;
    } else if (type instanceof Type.ListOf list) {
      return JSON.createObjectNode().set(LIST, node(list.element()));
    }
    return TextNode.valueOf(((Type.Scalar) type).name().toLowerCase(Locale.ROOT));
  }

  private static ObjectNode node(Column column) {
    ObjectNode node = JSON.createObjectNode().put(NAME, column.name());
    if (!column.key().equals(column.name())) {
      node.put(KEY, column.key());
    }
    return node.set(TYPE, node(column.type()));
  }

  /**
   * The inverse of {@link #encode}.
   *
   * @throws IllegalArgumentException when the text is not a type
   */
  static ObjectType decode(String text) {
    try {
      if (type(JSON.readTree(text)) instanceof ObjectType object) {
        return object;
      }
      throw new IllegalArgumentException("it has no fields");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON", e);
    }
  }

  private static Type type(JsonNode node) {
    if (node.isTextual()) {
      return Type.Scalar.valueOf(node.textValue().toUpperCase(Locale.ROOT));
    } else if (node.has(LIST)) {
      return new Type.ListOf(type(node.get(LIST)));
    } else if (!node.path(FIELDS).isArray()) {
      throw new IllegalArgumentException("there is neither a list nor fields");
    }
    List<Column> columns = new ArrayList<>();
    for (JsonNode field : node.get(FIELDS)) {
      String name = field.path(NAME).asText();
      columns.add(new Column(name, field.path(KEY).asText(name), type(field.path(TYPE))));
    }
    return new ObjectType(columns);
  }

  private ShapeCodec() {}
}
