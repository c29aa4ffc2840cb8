package io.convexpowersync.events;

import static io.convexpowersync.events.TableTopicSchemas.AFTER;
import static io.convexpowersync.events.TableTopicSchemas.BEFORE;
import static io.convexpowersync.events.TableTopicSchemas.COMPONENT;
import static io.convexpowersync.events.TableTopicSchemas.CONNECTOR;
import static io.convexpowersync.events.TableTopicSchemas.DB;
import static io.convexpowersync.events.TableTopicSchemas.ID;
import static io.convexpowersync.events.TableTopicSchemas.NAME;
import static io.convexpowersync.events.TableTopicSchemas.OP;
import static io.convexpowersync.events.TableTopicSchemas.SEQUENCE;
import static io.convexpowersync.events.TableTopicSchemas.SNAPSHOT;
import static io.convexpowersync.events.TableTopicSchemas.SOURCE;
import static io.convexpowersync.events.TableTopicSchemas.TABLE;
import static io.convexpowersync.events.TableTopicSchemas.TS;
import static io.convexpowersync.events.TableTopicSchemas.TS_MS;
import static io.convexpowersync.events.TableTopicSchemas.TS_NS;
import static io.convexpowersync.events.TableTopicSchemas.TS_US;
import static io.convexpowersync.events.TableTopicSchemas.VERSION;

import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Writes changes of one table in Debezium's envelope, with the document as JSON text ({@code
 * io.debezium.data.Json}). Immutable and thread-safe.
 *
 * <p>A delta of Convex does not say whether it created or changed the document, so both are {@code
 * u}; and it has no pre-image, so {@code before} is null, except that a delete names the {@code
 * _id} there, which Debezium's unwrapping transformation needs.
 */
public final class TableTopicEncoder {
  /** Name of the header with the 19-digit commit timestamp, on tombstones too. */
  public static final String TS_HEADER = "__convex.ts";

  private final LogOrigin origin;
  private final String topic;
  private final Schema keySchema;
  private final Schema valueSchema;

  /**
   * For one topic.
   *
   * @param origin where the records come from
   * @param topic the table's topic; the schemas are named after it
   */
  public TableTopicEncoder(LogOrigin origin, String topic) {
    this.origin = origin;
    this.topic = topic;
    this.keySchema = TableTopicSchemas.key(topic);
    this.valueSchema = TableTopicSchemas.envelope(topic);
  }

  public String topic() {
    return topic;
  }

  public Schema keySchema() {
    return keySchema;
  }

  public Schema valueSchema() {
    return valueSchema;
  }

  /** The key: {@code {_id}}; null for a truncate, as Debezium does. */
  public Struct key(Change change) {
    if (change instanceof Change.Upsert upsert) {
      return new Struct(keySchema).put(ID, upsert.id());
    } else if (change instanceof Change.Delete delete) {
      return new Struct(keySchema).put(ID, delete.id());
    }
    return null;
  }

  /**
   * The envelope.
   *
   * @param change the change
   * @param processed when the connector handled it
   */
  public Struct value(Change change, Instant processed) {
    Struct value = new Struct(valueSchema).put(SOURCE, source(change));
    if (change instanceof Change.Upsert upsert) {
      value.put(OP, upsert.snapshot() ? "r" : "u").put(AFTER, upsert.document());
    } else if (change instanceof Change.Delete delete) {
      value.put(OP, "d").put(BEFORE, "{\"_id\":" + TextNode.valueOf(delete.id()) + "}");
    } else {
      value.put(OP, "t");
    }
    long nanos = TimeUnit.SECONDS.toNanos(processed.getEpochSecond()) + processed.getNano();
    return putTimes(value, nanos);
  }

  /** The commit timestamp (ns) of the revision that the change carries. */
  public static long commitTs(Change change) {
    return change instanceof Change.Upsert upsert ? upsert.commitTs() : change.position().ts();
  }

  private Struct source(Change change) {
    TableId table = change.table();
    long ts = commitTs(change);
    boolean snapshot = change instanceof Change.Upsert upsert && upsert.snapshot();
    Position position = change.position();
    Struct source =
        new Struct(TableTopicSchemas.SOURCE_BLOCK)
            .put(VERSION, origin.version())
            .put(CONNECTOR, TableTopicSchemas.CONNECTOR_NAME)
            .put(NAME, origin.name())
            .put(SNAPSHOT, Boolean.toString(snapshot))
            .put(DB, TopicNames.component(table))
            .put(SEQUENCE, "[\"" + position.ts() + "\",\"" + position.seq() + "\"]")
            .put(COMPONENT, table.component())
            .put(TABLE, table.table())
            .put(TS, Long.toString(ts));
    return putTimes(source, ts);
  }

  private static Struct putTimes(Struct struct, long nanos) {
    return struct
        .put(TS_MS, TimeUnit.NANOSECONDS.toMillis(nanos))
        .put(TS_US, TimeUnit.NANOSECONDS.toMicros(nanos))
        .put(TS_NS, nanos);
  }
}
