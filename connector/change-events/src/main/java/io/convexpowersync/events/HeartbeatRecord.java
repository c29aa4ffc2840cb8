package io.convexpowersync.events;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** Debezium's heartbeat, which carries the source offset while the tables are quiet. */
public final class HeartbeatRecord {
  private static final String NAMESPACE = "io.debezium.connector.common.";

  public static final Schema KEY =
      SchemaBuilder.struct()
          .name(NAMESPACE + "ServerNameKey")
          .version(1)
          .field("serverName", Schema.STRING_SCHEMA)
          .build();

  public static final Schema VALUE =
      SchemaBuilder.struct()
          .name(NAMESPACE + "Heartbeat")
          .version(1)
          .field("ts_ms", Schema.INT64_SCHEMA)
          .build();

  /**
   * The key.
   *
   * @param name the connector's {@code topic.prefix}
   */
  public static Struct key(String name) {
    return new Struct(KEY).put("serverName", name);
  }

  /** The value: milliseconds since the Unix epoch. */
  public static Struct value(long nowMs) {
    return new Struct(VALUE).put("ts_ms", nowMs);
  }

  private HeartbeatRecord() {}
}
