package io.convexpowersync.source.notifications;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** Debezium's schemas of a notification. */
public final class NotificationRecord {
  private static final String NAMESPACE = "io.debezium.connector.common.";

  public static final Schema KEY =
      SchemaBuilder.struct()
          .name(NAMESPACE + "NotificationKey")
          .version(1)
          .field("id", Schema.STRING_SCHEMA)
          .build();

  public static final Schema VALUE =
      SchemaBuilder.struct()
          .name(NAMESPACE + "Notification")
          .version(1)
          .field("id", Schema.STRING_SCHEMA)
          .field("type", Schema.STRING_SCHEMA)
          .field("aggregate_type", Schema.STRING_SCHEMA)
          .field(
              "additional_data",
              SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA).optional().build())
          .field("timestamp", Schema.INT64_SCHEMA)
          .build();

  static Struct key(Notification notification) {
    return new Struct(KEY).put("id", notification.id());
  }

  static Struct value(Notification notification) {
    return new Struct(VALUE)
        .put("id", notification.id())
        .put("type", notification.type())
        .put("aggregate_type", notification.aggregateType())
        .put("additional_data", notification.additionalData())
        .put("timestamp", notification.timestampMs());
  }

  private NotificationRecord() {}
}
