package io.convexpowersync.events;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Debezium's records of the transaction topic: {@code BEGIN} before a commit's first change, {@code
 * END} with its counts behind the last one.
 */
public final class TransactionRecords {
  private static final String NAMESPACE = "io.debezium.connector.common.";
  private static final String ID = "id";
  private static final String STATUS = "status";
  private static final String EVENT_COUNT = "event_count";
  private static final String DATA_COLLECTIONS = "data_collections";
  private static final String DATA_COLLECTION = "data_collection";
  private static final String TS_MS = "ts_ms";

  public static final Schema KEY =
      SchemaBuilder.struct()
          .name(NAMESPACE + "TransactionMetadataKey")
          .version(1)
          .field(ID, Schema.STRING_SCHEMA)
          .build();

  private static final Schema COUNT =
      SchemaBuilder.struct()
          .name("event.collection")
          .version(1)
          .optional()
          .field(DATA_COLLECTION, Schema.STRING_SCHEMA)
          .field(EVENT_COUNT, Schema.INT64_SCHEMA)
          .build();

  public static final Schema VALUE =
      SchemaBuilder.struct()
          .name(NAMESPACE + "TransactionMetadataValue")
          .version(1)
          .field(STATUS, Schema.STRING_SCHEMA)
          .field(ID, Schema.STRING_SCHEMA)
          .field(EVENT_COUNT, Schema.OPTIONAL_INT64_SCHEMA)
          .field(DATA_COLLECTIONS, SchemaBuilder.array(COUNT).optional().build())
          .field(TS_MS, Schema.INT64_SCHEMA)
          .build();

  /** The key. */
  public static Struct key(String id) {
    return new Struct(KEY).put(ID, id);
  }

  /**
   * The commit begins.
   *
   * @param id the commit timestamp, 19 digits
   * @param tsMs the same in milliseconds
   */
  public static Struct begin(String id, long tsMs) {
    return new Struct(VALUE).put(STATUS, "BEGIN").put(ID, id).put(TS_MS, tsMs);
  }

  /**
   * The commit ends.
   *
   * @param id the commit timestamp, 19 digits
   * @param tsMs the same in milliseconds
   * @param counts how many changes each table has, by {@link TopicNames#collection}
   */
  public static Struct end(String id, long tsMs, Map<String, Long> counts) {
    List<Struct> collections = new ArrayList<>();
    long total = 0;
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      collections.add(
          new Struct(COUNT)
              .put(DATA_COLLECTION, count.getKey())
              .put(EVENT_COUNT, count.getValue()));
      total += count.getValue();
    }
    return new Struct(VALUE)
        .put(STATUS, "END")
        .put(ID, id)
        .put(EVENT_COUNT, total)
        .put(DATA_COLLECTIONS, collections)
        .put(TS_MS, tsMs);
  }

  private TransactionRecords() {}
}
