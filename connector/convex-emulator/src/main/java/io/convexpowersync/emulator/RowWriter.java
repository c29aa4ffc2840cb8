package io.convexpowersync.emulator;

import java.util.Map;
import java.util.TreeMap;

/** Writes rows of the export: metadata first, then the document's fields. */
final class RowWriter {
  private RowWriter() {}

  /**
   * @param withDeleted whether the row says if it is a tombstone; rows of a snapshot do not
   */
  static void write(
      Revision row,
      ExportSelection.Columns columns,
      ValueFormat format,
      boolean withDeleted,
      ByteBuf out) {
    out.append(row.table.rowPrefix).number(row.ts);
    if (withDeleted) {
      out.ascii(row.deleted() ? ",\"_deleted\":true" : ",\"_deleted\":false");
    }
    out.append(',');
    writeRest(row, columns, format, out);
  }

  /** The form of {@code data/sync}: the metadata beside the document. */
  static void writeBeside(Revision row, ExportSelection.Columns columns, ByteBuf out) {
    out.ascii("{\"component\":").string(row.table.path.component());
    out.ascii(",\"table\":").string(row.table.path.table());
    out.ascii(",\"ts\":").number(row.ts);
    out.ascii(row.deleted() ? ",\"deleted\":true" : ",\"deleted\":false").ascii(",\"value\":{");
    writeRest(row, columns, ValueFormat.EXPORT_JSON, out);
    out.append('}');
  }

  /** The document without its first brace. */
  private static void writeRest(
      Revision row, ExportSelection.Columns columns, ValueFormat format, ByteBuf out) {
    if (row.deleted()) {
      out.ascii("\"_id\":\"").ascii(row.idText()).ascii("\"}");
    } else if (columns.all() && row.isText(format)) {
      byte[] json = row.json();
      out.append(json, 1, json.length - 1);
    } else {
      ValueWriter.writeFields(fields(row, columns), format, out);
      out.append('}');
    }
  }

  private static Map<String, ConvexValue> fields(Revision row, ExportSelection.Columns columns) {
    Map<String, ConvexValue> fields = new TreeMap<>(row.document().fields());
    fields.keySet().removeIf(name -> !columns.includes(name));
    return fields;
  }
}
