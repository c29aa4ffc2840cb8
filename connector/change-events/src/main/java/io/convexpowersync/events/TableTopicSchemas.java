package io.convexpowersync.events;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Debezium's schemas, by format: names, versions and fields as Debezium 3.6 writes them, so that
 * its transformations and sinks recognise the records.
 */
final class TableTopicSchemas {
  static final String CONNECTOR_NAME = "convex";
  static final String ID = "_id";
  static final String VERSION_TS = "_ts";
  static final String BEFORE = "before";
  static final String AFTER = "after";
  static final String SOURCE = "source";
  static final String TRANSACTION = "transaction";
  static final String OP = "op";
  static final String TS_MS = "ts_ms";
  static final String TS_US = "ts_us";
  static final String TS_NS = "ts_ns";
  static final String VERSION = "version";
  static final String CONNECTOR = "connector";
  static final String NAME = "name";
  static final String SNAPSHOT = "snapshot";
  static final String DB = "db";
  static final String SEQUENCE = "sequence";
  static final String COMPONENT = "component";
  static final String TABLE = "table";
  static final String TS = "ts";
  static final String TRANSACTION_ID = "id";
  static final String TOTAL_ORDER = "total_order";
  static final String COLLECTION_ORDER = "data_collection_order";

  private static final String SNAPSHOT_VALUES =
      "true,first,first_in_data_collection,last_in_data_collection,last,false,incremental";

  static final Schema SOURCE_BLOCK =
      SchemaBuilder.struct()
          .name("io.convexpowersync.source.Source")
          .version(1)
          .field(VERSION, Schema.STRING_SCHEMA)
          .field(CONNECTOR, Schema.STRING_SCHEMA)
          .field(NAME, Schema.STRING_SCHEMA)
          .field(TS_MS, Schema.INT64_SCHEMA)
          .field(SNAPSHOT, snapshotFlag())
          .field(DB, Schema.STRING_SCHEMA)
          .field(SEQUENCE, Schema.OPTIONAL_STRING_SCHEMA)
          .field(TS_US, Schema.OPTIONAL_INT64_SCHEMA)
          .field(TS_NS, Schema.OPTIONAL_INT64_SCHEMA)
          .field(COMPONENT, Schema.STRING_SCHEMA)
          .field(TABLE, Schema.STRING_SCHEMA)
          .field(TS, Schema.STRING_SCHEMA)
          .build();

  static final Schema TRANSACTION_BLOCK =
      SchemaBuilder.struct()
          .name("event.block")
          .version(1)
          .optional()
          .field(TRANSACTION_ID, Schema.STRING_SCHEMA)
          .field(TOTAL_ORDER, Schema.INT64_SCHEMA)
          .field(COLLECTION_ORDER, Schema.INT64_SCHEMA)
          .build();

  static Schema key(String topic, boolean versioned) {
    SchemaBuilder key = SchemaBuilder.struct().name(topic + ".Key").field(ID, Schema.STRING_SCHEMA);
    return (versioned ? key.field(VERSION_TS, Schema.STRING_SCHEMA) : key).build();
  }

  static Schema envelope(String topic, Schema document) {
    return SchemaBuilder.struct()
        .name(topic + ".Envelope")
        .version(2)
        .field(BEFORE, document)
        .field(AFTER, document)
        .field(SOURCE, SOURCE_BLOCK)
        .field(TRANSACTION, TRANSACTION_BLOCK)
        .field(OP, Schema.STRING_SCHEMA)
        .field(TS_MS, Schema.OPTIONAL_INT64_SCHEMA)
        .field(TS_US, Schema.OPTIONAL_INT64_SCHEMA)
        .field(TS_NS, Schema.OPTIONAL_INT64_SCHEMA)
        .build();
  }

  private static Schema snapshotFlag() {
    return SchemaBuilder.string()
        .name("io.debezium.data.Enum")
        .version(1)
        .parameter("allowed", SNAPSHOT_VALUES)
        .optional()
        .defaultValue("false")
        .build();
  }

  private TableTopicSchemas() {}
}
