package io.convexpowersync.events;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * The fixed schemas of the log topic. One schema serves everything in it, so that any converter and
 * any schema registry takes it. They may only grow by optional fields.
 */
public final class LogSchemas {
  static final String COMPONENT = "component";
  static final String TABLE = "table";
  static final String ID = "_id";
  static final String OP = "op";
  static final String POSITION = "position";
  static final String TS = "ts";
  static final String SEQ = "seq";
  static final String INDEX = "index";
  static final String DOCUMENT = "document";
  static final String SOURCE = "source";
  static final String VERSION = "version";
  static final String DEPLOYMENT = "deployment";
  static final String NAME = "name";
  static final String SNAPSHOT = "snapshot";
  static final String MARKER = "marker";
  static final String KIND = "kind";
  static final String PREVIOUS = "previous";
  static final String SNAPSHOT_ID = "snapshot_id";
  static final String TABLES = "tables";
  static final String STATUS = "status";
  static final String EMITTED_MS = "emitted_ms";

  private static final String NAMESPACE = "io.convexpowersync.log.";

  /** {@code {component, table, _id}}; markers and truncates have reserved ids. */
  public static final Schema KEY =
      SchemaBuilder.struct()
          .name(NAMESPACE + "Key")
          .version(1)
          .field(COMPONENT, Schema.STRING_SCHEMA)
          .field(TABLE, Schema.STRING_SCHEMA)
          .field(ID, Schema.STRING_SCHEMA)
          .build();

  static final Schema POSITION_SCHEMA = position().build();
  static final Schema OPTIONAL_POSITION_SCHEMA = position().optional().build();

  static final Schema TABLE_SCHEMA =
      SchemaBuilder.struct()
          .name(NAMESPACE + "Table")
          .version(1)
          .field(COMPONENT, Schema.STRING_SCHEMA)
          .field(TABLE, Schema.STRING_SCHEMA)
          .build();

  static final Schema SOURCE_SCHEMA =
      SchemaBuilder.struct()
          .name(NAMESPACE + "Source")
          .version(1)
          .field(VERSION, Schema.STRING_SCHEMA)
          .field(DEPLOYMENT, Schema.STRING_SCHEMA)
          .field(NAME, Schema.STRING_SCHEMA)
          .field(COMPONENT, Schema.OPTIONAL_STRING_SCHEMA)
          .field(TABLE, Schema.OPTIONAL_STRING_SCHEMA)
          .field(TS, Schema.OPTIONAL_INT64_SCHEMA)
          .field(SNAPSHOT, Schema.BOOLEAN_SCHEMA)
          .build();

  static final Schema MARKER_SCHEMA =
      SchemaBuilder.struct()
          .name(NAMESPACE + "Marker")
          .version(1)
          .optional()
          .field(KIND, Schema.STRING_SCHEMA)
          .field(PREVIOUS, OPTIONAL_POSITION_SCHEMA)
          .field(SNAPSHOT_ID, Schema.OPTIONAL_STRING_SCHEMA)
          .field(TABLES, SchemaBuilder.array(TABLE_SCHEMA).optional().build())
          .field(STATUS, Schema.OPTIONAL_STRING_SCHEMA)
          .field(EMITTED_MS, Schema.INT64_SCHEMA)
          .build();

  /** {@code {op, position, document, source, marker, index}}. */
  public static final Schema VALUE =
      SchemaBuilder.struct()
          .name(NAMESPACE + "Value")
          .version(1)
          .field(OP, Schema.STRING_SCHEMA)
          .field(POSITION, POSITION_SCHEMA)
          .field(DOCUMENT, Schema.OPTIONAL_STRING_SCHEMA)
          .field(SOURCE, SOURCE_SCHEMA)
          .field(MARKER, MARKER_SCHEMA)
          .field(INDEX, Schema.OPTIONAL_INT64_SCHEMA)
          .build();

  private static SchemaBuilder position() {
    return SchemaBuilder.struct()
        .name(NAMESPACE + "Position")
        .version(1)
        .field(TS, Schema.INT64_SCHEMA)
        .field(SEQ, Schema.INT64_SCHEMA);
  }

  private LogSchemas() {}
}
