package io.convexpowersync.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Writes shapes as JSON Schema the way {@code json_schemas} does. */
final class SchemaWriter {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String DRAFT = "http://json-schema.org/draft-07/schema#";

  private final ValueFormat format;
  private final boolean deltaFields;

  /**
   * @param deltaFields add the metadata of delta rows to the properties of tables
   */
  SchemaWriter(ValueFormat format, boolean deltaFields) {
    this.format = format;
    this.deltaFields = deltaFields;
  }

  /** A table's schema. */
  ObjectNode table(Shape.Fields documents) {
    ObjectNode schema = object(documents);
    if (deltaFields) {
      ObjectNode properties = (ObjectNode) schema.get("properties");
      properties.set("_table", type("string"));
      properties.set("_component", type("string"));
      properties.set("_ts", type("integer"));
      properties.set("_deleted", type("boolean"));
    }
    return schema.put("$schema", DRAFT);
  }

  private JsonNode shape(Shape shape) {
    List<JsonNode> variants = new ArrayList<>();
    if (!shape.string) {
      shape.idTables.forEach(table -> variants.add(id(table)));
    }
    add(variants, shape.isNull, type("null"));
    add(variants, shape.int64, int64());
    add(variants, shape.float64, float64(shape.specialFloat64));
    add(variants, shape.bool, type("boolean"));
    add(variants, shape.string, type("string"));
    add(variants, shape.bytes, bytes());
    if (shape.object != null) {
      variants.add(shape.object.tooMany() ? JSON.objectNode() : object(shape.object));
    }
    if (shape.elements != null) {
      variants.add(type("array").set("items", shape(shape.elements)));
    }
    return switch (variants.size()) {
      case 0 -> BooleanNode.FALSE;
      case 1 -> variants.get(0);
      default -> JSON.objectNode().set("anyOf", JSON.arrayNode().addAll(variants));
    };
  }

  private ObjectNode object(Shape.Fields fields) {
    ObjectNode properties = JSON.objectNode();
    ArrayNode required = JSON.arrayNode();
    fields.byName.forEach(
        (name, field) -> {
          properties.set(name, shape(field.shape));
          if (fields.required(field)) {
            required.add(name);
          }
        });
    ObjectNode schema = type("object");
    schema.set("properties", properties);
    schema.put("additionalProperties", false);
    schema.set("required", required);
    return schema;
  }

  private static ObjectNode id(String table) {
    return described("Id(" + table + ")").put("type", "string");
  }

  private ObjectNode int64() {
    return switch (format) {
      case JSON -> described("int64 represented as base10 string").put("type", "string");
      case EXPORT_JSON -> described("int64").put("type", "number");
      case CONVEX_ENCODED_JSON ->
          tagged(described("int64").put("type", "object"), "$integer", payload("int64"));
    };
  }

  private ObjectNode float64(boolean special) {
    if (!special) {
      return type("number");
    }
    ObjectNode other =
        switch (format) {
          case JSON -> type("string").put("$description", "-inf, inf, or NaN");
          case EXPORT_JSON -> taggedFloat("-inf, inf, or NaN");
          case CONVEX_ENCODED_JSON -> taggedFloat("-0, -inf, inf, or NaN");
        };
    ObjectNode schema = described("float64");
    schema.set("anyOf", JSON.arrayNode().add(type("number")).add(other));
    return schema;
  }

  private static ObjectNode taggedFloat(String description) {
    return tagged(type("object").put("$description", description), "$float", payload("float64"));
  }

  private ObjectNode bytes() {
    if (format == ValueFormat.JSON) {
      return described("base64 bytes").put("type", "string");
    }
    return tagged(type("object").put("$description", "base64 bytes"), "$bytes", type("string"));
  }

  private static ObjectNode tagged(ObjectNode schema, String tag, ObjectNode payload) {
    schema.putObject("properties").set(tag, payload);
    return schema;
  }

  private static ObjectNode payload(String type) {
    return described(type + " -> little-endian -> base64").put("type", "string");
  }

  private static ObjectNode described(String description) {
    return JSON.objectNode().put("$description", description);
  }

  private static ObjectNode type(String name) {
    return JSON.objectNode().put("type", name);
  }

  private static void add(List<JsonNode> variants, boolean present, JsonNode variant) {
    if (present) {
      variants.add(variant);
    }
  }
}
