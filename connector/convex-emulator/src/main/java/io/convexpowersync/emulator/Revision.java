package io.convexpowersync.emulator;

/**
 * A document as one commit left it, and at the same time that commit's row in the log. Immutable.
 * Small, because there are millions.
 */
final class Revision {
  private static final int SAME_IN_JSON = 1;
  private static final int SAME_IN_ENCODED = 2;

  final Table table;
  final InternalId id;
  final long ts;

  /** The revision before this one; null for the first. */
  final Revision previous;

  /** {@code export_json} of the whole document with sorted keys; null for a tombstone. */
  final byte[] json;

  final ColumnSet columns;
  private final byte flags;

  Revision(Table table, InternalId id, long ts, Revision previous, Content content) {
    this.table = table;
    this.id = id;
    this.ts = ts;
    this.previous = previous;
    this.json = content == null ? null : content.json;
    this.columns = content == null ? null : content.columns;
    this.flags = content == null ? 0 : content.flags;
  }

  boolean deleted() {
    return json == null;
  }

  String idText() {
    return new DocumentId(table.number, id).text();
  }

  /** Whether {@link #json} is also the document's text in that format. */
  boolean isText(ValueFormat format) {
    return switch (format) {
      case EXPORT_JSON -> true;
      case JSON -> (flags & SAME_IN_JSON) != 0;
      case CONVEX_ENCODED_JSON -> (flags & SAME_IN_ENCODED) != 0;
    };
  }

  ConvexValue.Obj document() {
    return ValueParser.parseObject(json, ValueFormat.EXPORT_JSON);
  }

  /** The revision that was current at a timestamp; null when there was none yet. */
  Revision at(long timestamp) {
    Revision revision = this;
    while (revision != null && revision.ts > timestamp) {
      revision = revision.previous;
    }
    return revision;
  }

  /** A rendered document on its way into a revision. */
  record Content(byte[] json, ColumnSet columns, byte flags) {
    static Content of(ConvexValue.Obj document, Table table, ByteBuf scratch) {
      scratch.clear();
      ValueWriter.write(document, ValueFormat.EXPORT_JSON, scratch);
      int flags = 0;
      if (ValueWriter.sameAsExport(document, ValueFormat.JSON)) {
        flags |= SAME_IN_JSON;
      }
      if (ValueWriter.sameAsExport(document, ValueFormat.CONVEX_ENCODED_JSON)) {
        flags |= SAME_IN_ENCODED;
      }
      ColumnSet columns = table.columnSet(document.fields().keySet());
      return new Content(scratch.toByteArray(), columns, (byte) flags);
    }
  }
}
