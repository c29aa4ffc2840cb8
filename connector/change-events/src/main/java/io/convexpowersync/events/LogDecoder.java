package io.convexpowersync.events;

import java.util.List;
import java.util.Optional;

/**
 * Reads records of the log topic, whichever converter delivered them: {@code Struct}s
 * (JsonConverter with schemas, Avro, Protobuf) or {@code Map}s (JsonConverter without schemas).
 */
public final class LogDecoder {
  /**
   * Decodes one record.
   *
   * @param key the record's key as the converter delivered it
   * @param value the record's value as the converter delivered it
   * @throws InvalidLogRecordException when it is not a record of the log topic
   */
  public static LogRecord decode(Object key, Object value) {
    Fields fields = Fields.of("value", value);
    Fields source = fields.child(LogSchemas.SOURCE);
    LogOrigin origin =
        new LogOrigin(
            source.text(LogSchemas.DEPLOYMENT),
            source.text(LogSchemas.NAME),
            source.text(LogSchemas.VERSION));
    Position position = position(fields.child(LogSchemas.POSITION));
    LogOp op = LogOp.parse(fields.text(LogSchemas.OP));
    return new LogRecord(
        origin,
        op == LogOp.MARKER
            ? marker(position, fields.child(LogSchemas.MARKER), source)
            : change(op, position, key, fields, source),
        fields.optionalNumber(LogSchemas.INDEX));
  }

  private static Change change(
      LogOp op, Position position, Object key, Fields fields, Fields source) {
    TableId table = table(source);
    if (op == LogOp.TRUNCATE) {
      return new Change.Truncate(position, table);
    }
    String id = Fields.of("key", key).text(LogSchemas.ID);
    if (op == LogOp.DELETE) {
      return new Change.Delete(position, table, id);
    }
    return new Change.Upsert(
        position,
        table,
        id,
        fields.text(LogSchemas.DOCUMENT),
        source.number(LogSchemas.TS),
        op == LogOp.SNAPSHOT_ROW);
  }

  private static Marker marker(Position position, Fields marker, Fields source) {
    long emitted = marker.number(LogSchemas.EMITTED_MS);
    return switch (MarkerKind.parse(marker.text(LogSchemas.KIND))) {
      case RESOLVED -> new Marker.Resolved(position, previous(marker), emitted);
      case SNAPSHOT_BEGIN ->
          new Marker.SnapshotBegin(position, snapshotId(marker), tables(marker), emitted);
      case SNAPSHOT_END ->
          new Marker.SnapshotEnd(position, snapshotId(marker), tables(marker), emitted);
      case TABLE ->
          new Marker.TableChanged(
              position, table(source), TableStatus.parse(marker.text(LogSchemas.STATUS)), emitted);
    };
  }

  private static Optional<Position> previous(Fields marker) {
    return marker.optionalChild(LogSchemas.PREVIOUS).map(LogDecoder::position);
  }

  private static SnapshotId snapshotId(Fields marker) {
    return new SnapshotId(marker.text(LogSchemas.SNAPSHOT_ID));
  }

  private static List<TableId> tables(Fields marker) {
    return marker.children(LogSchemas.TABLES).stream().map(LogDecoder::table).toList();
  }

  private static TableId table(Fields fields) {
    return new TableId(fields.text(LogSchemas.COMPONENT), fields.text(LogSchemas.TABLE));
  }

  private static Position position(Fields fields) {
    return new Position(fields.number(LogSchemas.TS), fields.number(LogSchemas.SEQ));
  }

  private LogDecoder() {}
}
