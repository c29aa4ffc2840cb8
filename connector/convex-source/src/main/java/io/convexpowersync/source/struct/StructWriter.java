package io.convexpowersync.source.struct;

import com.fasterxml.jackson.databind.node.TextNode;
import io.convexpowersync.source.struct.DocumentValue.FieldValue;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Writes documents as structs of a schema that is wide enough for them. Stateless. */
final class StructWriter {
  /**
   * The document's struct.
   *
   * @param type a type in which every field of the document has a place
   * @param schema the type's schema
   * @throws IllegalStateException when a field has no place
   */
  static Struct write(ObjectType type, Schema schema, DocumentValue document) {
    Struct struct = new Struct(schema);
    StringBuilder rest = new StringBuilder();
    for (FieldValue field : document.fields()) {
      if (!put(struct, type, field)) {
        rest.append(rest.isEmpty() ? '{' : ',');
        rest.append(TextNode.valueOf(field.key())).append(':').append(field.value().text());
      }
    }
    if (!rest.isEmpty()) {
      if (type.text(Columns.REST) == null) {
        throw new IllegalStateException("The schema was not widened for this document");
      }
      struct.put(Columns.REST, rest.append('}').toString());
    }
    return struct;
  }

  private static boolean put(Struct struct, ObjectType type, FieldValue field) {
    DocumentValue value = field.value();
    if (value.isNull()) {
      return true;
    }
    Column place = type.placeOf(field.key(), value);
    if (place == null) {
      return false;
    }
    Schema schema = struct.schema().field(place.name()).schema();
    struct.put(place.name(), convert(place.type(), schema, value));
    return true;
  }

  private static Object convert(Type type, Schema schema, DocumentValue value) {
    if (value.isNull()) {
      return null;
    } else if (type == Type.Scalar.JSON) {
      return value.text();
    } else if (type instanceof ObjectType object) {
      Struct struct = new Struct(schema);
      value.fields().forEach(field -> put(struct, object, field));
      return struct;
    } else if (type instanceof Type.ListOf list) {
      List<Object> items = new ArrayList<>(value.items().size());
      value.items().forEach(item -> items.add(convert(list.element(), schema.valueSchema(), item)));
      return items;
    }
    return value.scalar();
  }

  private StructWriter() {}
}
