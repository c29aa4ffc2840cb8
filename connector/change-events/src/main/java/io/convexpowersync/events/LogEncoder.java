package io.convexpowersync.events;

import static io.convexpowersync.events.LogSchemas.COMPONENT;
import static io.convexpowersync.events.LogSchemas.DEPLOYMENT;
import static io.convexpowersync.events.LogSchemas.DOCUMENT;
import static io.convexpowersync.events.LogSchemas.EMITTED_MS;
import static io.convexpowersync.events.LogSchemas.ID;
import static io.convexpowersync.events.LogSchemas.INDEX;
import static io.convexpowersync.events.LogSchemas.KIND;
import static io.convexpowersync.events.LogSchemas.MARKER;
import static io.convexpowersync.events.LogSchemas.NAME;
import static io.convexpowersync.events.LogSchemas.OP;
import static io.convexpowersync.events.LogSchemas.POSITION;
import static io.convexpowersync.events.LogSchemas.PREVIOUS;
import static io.convexpowersync.events.LogSchemas.SEQ;
import static io.convexpowersync.events.LogSchemas.SNAPSHOT;
import static io.convexpowersync.events.LogSchemas.SNAPSHOT_ID;
import static io.convexpowersync.events.LogSchemas.SOURCE;
import static io.convexpowersync.events.LogSchemas.STATUS;
import static io.convexpowersync.events.LogSchemas.TABLE;
import static io.convexpowersync.events.LogSchemas.TABLES;
import static io.convexpowersync.events.LogSchemas.TS;
import static io.convexpowersync.events.LogSchemas.VERSION;

import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Writes log events as Connect keys and values. Stateless apart from the origin; thread-safe. */
public final class LogEncoder {
  /** Ids that stand in a key where no document is meant. No Convex id starts with an underscore. */
  static final String TRUNCATE_ID = "__truncate";

  private static final String TABLE_MARKER_ID = "__table";

  private final LogOrigin origin;

  public LogEncoder(LogOrigin origin) {
    this.origin = origin;
  }

  /**
   * The record key: one per document, one for resolved markers, one per table for its status, and
   * one per snapshot for its begin and end: without the older ones of a log that was compacted,
   * nothing would tell which rows an older snapshot has removed.
   */
  public static Struct key(LogEvent event) {
    if (event instanceof Change.Upsert upsert) {
      return key(upsert.table(), upsert.id());
    } else if (event instanceof Change.Delete delete) {
      return key(delete.table(), delete.id());
    } else if (event instanceof Change.Truncate truncate) {
      return key(truncate.table(), TRUNCATE_ID);
    } else if (event instanceof Marker.TableChanged changed) {
      return key(changed.table(), TABLE_MARKER_ID);
    }
    return key(new TableId("", ""), markerId((Marker) event));
  }

  private static String markerId(Marker marker) {
    String kind = "__" + MarkerKind.of(marker).text();
    if (marker instanceof Marker.SnapshotBegin begin) {
      return kind + ":" + begin.snapshot().value();
    } else if (marker instanceof Marker.SnapshotEnd end) {
      return kind + ":" + end.snapshot().value();
    }
    return kind;
  }

  /**
   * The record value.
   *
   * @param index see {@link LogRecord#index}
   */
  public Struct value(LogEvent event, long index) {
    return value(event).put(INDEX, index);
  }

  /** The record value, of a source that does not count its records. */
  public Struct value(LogEvent event) {
    Struct value =
        new Struct(LogSchemas.VALUE)
            .put(POSITION, position(LogSchemas.POSITION_SCHEMA, event.position()));
    if (event instanceof Change.Upsert upsert) {
      value.put(OP, upsert.snapshot() ? LogOp.SNAPSHOT_ROW.code() : LogOp.UPSERT.code());
      value.put(DOCUMENT, upsert.document());
      Struct source = source(upsert.table(), upsert.snapshot()).put(TS, upsert.commitTs());
      return value.put(SOURCE, source);
    } else if (event instanceof Change.Delete delete) {
      Struct source = source(delete.table(), false).put(TS, delete.position().ts());
      return value.put(OP, LogOp.DELETE.code()).put(SOURCE, source);
    } else if (event instanceof Change.Truncate truncate) {
      return value.put(OP, LogOp.TRUNCATE.code()).put(SOURCE, source(truncate.table(), false));
    }
    Marker marker = (Marker) event;
    return value
        .put(OP, LogOp.MARKER.code())
        .put(SOURCE, source(tableOf(marker), false))
        .put(MARKER, marker(marker));
  }

  private static Struct key(TableId table, String id) {
    return new Struct(LogSchemas.KEY)
        .put(COMPONENT, table.component())
        .put(TABLE, table.table())
        .put(ID, id);
  }

  private static TableId tableOf(Marker marker) {
    return marker instanceof Marker.TableChanged changed ? changed.table() : null;
  }

  private Struct source(TableId table, boolean snapshot) {
    Struct source =
        new Struct(LogSchemas.SOURCE_SCHEMA)
            .put(VERSION, origin.version())
            .put(DEPLOYMENT, origin.deployment())
            .put(NAME, origin.name())
            .put(SNAPSHOT, snapshot);
    return table == null
        ? source
        : source.put(COMPONENT, table.component()).put(TABLE, table.table());
  }

  private static Struct marker(Marker marker) {
    Struct struct =
        new Struct(LogSchemas.MARKER_SCHEMA)
            .put(KIND, MarkerKind.of(marker).text())
            .put(EMITTED_MS, marker.emittedMs());
    if (marker instanceof Marker.Resolved resolved) {
      resolved
          .previous()
          .ifPresent(at -> struct.put(PREVIOUS, position(LogSchemas.OPTIONAL_POSITION_SCHEMA, at)));
    } else if (marker instanceof Marker.SnapshotBegin begin) {
      struct.put(SNAPSHOT_ID, begin.snapshot().value()).put(TABLES, tables(begin.tables()));
    } else if (marker instanceof Marker.SnapshotEnd end) {
      struct.put(SNAPSHOT_ID, end.snapshot().value()).put(TABLES, tables(end.tables()));
    } else if (marker instanceof Marker.TableChanged changed) {
      struct.put(STATUS, changed.status().text());
    }
    return struct;
  }

  private static List<Struct> tables(List<TableId> tables) {
    return tables.stream()
        .map(
            table ->
                new Struct(LogSchemas.TABLE_SCHEMA)
                    .put(COMPONENT, table.component())
                    .put(TABLE, table.table()))
        .toList();
  }

  private static Struct position(Schema schema, Position position) {
    return new Struct(schema).put(TS, position.ts()).put(SEQ, position.seq());
  }
}
