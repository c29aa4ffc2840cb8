package io.convexpowersync.source.struct;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** Types as Connect schemas. Everything is optional, and null by default. */
final class StructSchemas {
  private static final Schema JSON =
      SchemaBuilder.string().name("io.debezium.data.Json").version(1).optional().build();

  /**
   * The schema of an object. A nested object's schema is named after the field that holds it.
   *
   * @param name the schema's name
   */
  static Schema of(String name, ObjectType object) {
    SchemaBuilder struct = SchemaBuilder.struct().name(name).optional();
    for (Column column : object.columns()) {
      struct.field(column.name(), of(name + "." + column.name(), column.type()));
    }
    return struct.build();
  }

  private static Schema of(String name, Type type) {
    if (type instanceof ObjectType object) {
      return of(name, object);
    } else if (type instanceof Type.ListOf list) {
      return SchemaBuilder.array(of(name, list.element())).optional().build();
    }
    return switch ((Type.Scalar) type) {
      case BOOLEAN -> Schema.OPTIONAL_BOOLEAN_SCHEMA;
      case INT64 -> Schema.OPTIONAL_INT64_SCHEMA;
      case FLOAT64 -> Schema.OPTIONAL_FLOAT64_SCHEMA;
      case STRING -> Schema.OPTIONAL_STRING_SCHEMA;
      case BYTES -> Schema.OPTIONAL_BYTES_SCHEMA;
      case JSON -> JSON;
    };
  }

  private StructSchemas() {}
}
