package io.convexpowersync.events;

import static io.convexpowersync.events.TableTopicSchemas.AFTER;
import static io.convexpowersync.events.TableTopicSchemas.BEFORE;
import static io.convexpowersync.events.TableTopicSchemas.COLLECTION_ORDER;
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
import static io.convexpowersync.events.TableTopicSchemas.TOTAL_ORDER;
import static io.convexpowersync.events.TableTopicSchemas.TRANSACTION;
import static io.convexpowersync.events.TableTopicSchemas.TRANSACTION_ID;
import static io.convexpowersync.events.TableTopicSchemas.TS;
import static io.convexpowersync.events.TableTopicSchemas.TS_MS;
import static io.convexpowersync.events.TableTopicSchemas.TS_NS;
import static io.convexpowersync.events.TableTopicSchemas.TS_US;
import static io.convexpowersync.events.TableTopicSchemas.VERSION;
import static io.convexpowersync.events.TableTopicSchemas.VERSION_TS;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Writes changes of one table in Debezium's envelope. Used by one thread.
 *
 * <p>A delta of Convex does not say whether it created or changed the document, so both have the
 * same {@code op}; and it has no pre-image, so {@code before} is null, except that a delete names
 * the {@code _id} there, which Debezium's unwrapping transformation needs.
 */
public final class TableTopicEncoder {
  /** Name of the header with the 19-digit commit timestamp, on tombstones too. */
  public static final String TS_HEADER = "__convex.ts";

  private final LogOrigin origin;
  private final String topic;
  private final TableTopicFormat format;
  private final DocumentEncoding documents;
  private final Schema keySchema;
  private Schema documentSchema;
  private Schema valueSchema;

  /**
   * For one topic.
   *
   * @param origin where the records come from
   * @param topic the table's topic; the schemas are named after it
   * @param format what users choose
   * @param documents writes the documents
   */
  public TableTopicEncoder(
      LogOrigin origin, String topic, TableTopicFormat format, DocumentEncoding documents) {
    this.origin = origin;
    this.topic = topic;
    this.format = format;
    this.documents = documents;
    this.keySchema = TableTopicSchemas.key(SchemaNames.legal(topic), format.versionedKeys());
  }

  public String topic() {
    return topic;
  }

  public Schema keySchema() {
    return keySchema;
  }

  /** The envelope's schema, as wide as the documents' is now. */
  public Schema valueSchema() {
    if (documentSchema != documents.schema()) {
      documentSchema = documents.schema();
      valueSchema = TableTopicSchemas.envelope(SchemaNames.legal(topic), documentSchema);
    }
    return valueSchema;
  }

  /**
   * The key. A truncate has one that no document has, because a compacted topic takes no record
   * without a key.
   */
  public Struct key(Change change) {
    Struct key = new Struct(keySchema).put(ID, id(change));
    return format.versionedKeys() ? key.put(VERSION_TS, Long.toString(commitTs(change))) : key;
  }

  /** The id of the change's document, or the one that stands for a truncate. */
  public static String id(Change change) {
    if (change instanceof Change.Upsert upsert) {
      return upsert.id();
    }
    return change instanceof Change.Delete delete ? delete.id() : LogEncoder.TRUNCATE_ID;
  }

  /** The envelope. */
  public Struct value(Change change, RecordContext context) {
    Struct value = new Struct(valueSchema()).put(SOURCE, source(change, context.snapshot()));
    if (change instanceof Change.Upsert upsert) {
      value.put(OP, upsert.snapshot() ? "r" : format.writeOp());
      value.put(AFTER, documents.document(upsert.document()));
    } else if (change instanceof Change.Delete delete) {
      value.put(OP, "d").put(BEFORE, documents.deleted(delete.id()));
    } else {
      value.put(OP, "t");
    }
    context.transaction().ifPresent(place -> value.put(TRANSACTION, transaction(place)));
    Instant processed = context.processed();
    long nanos = TimeUnit.SECONDS.toNanos(processed.getEpochSecond()) + processed.getNano();
    return putTimes(value, nanos);
  }

  private static Struct transaction(TransactionPlace place) {
    return new Struct(TableTopicSchemas.TRANSACTION_BLOCK)
        .put(TRANSACTION_ID, place.id())
        .put(TOTAL_ORDER, place.totalOrder())
        .put(COLLECTION_ORDER, place.tableOrder());
  }

  /** The commit timestamp (ns) of the revision that the change carries. */
  public static long commitTs(Change change) {
    return change instanceof Change.Upsert upsert ? upsert.commitTs() : change.position().ts();
  }

  private Struct source(Change change, SnapshotFlag snapshot) {
    TableId table = change.table();
    long ts = commitTs(change);
    Position position = change.position();
    Struct source =
        new Struct(TableTopicSchemas.SOURCE_BLOCK)
            .put(VERSION, origin.version())
            .put(CONNECTOR, TableTopicSchemas.CONNECTOR_NAME)
            .put(NAME, origin.name())
            .put(SNAPSHOT, snapshot.text())
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
