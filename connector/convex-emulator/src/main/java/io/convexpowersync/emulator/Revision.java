package io.convexpowersync.emulator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterInputStream;
import java.util.zip.InflaterInputStream;

/**
 * A document as one commit left it, and at the same time that commit's row in the log. Immutable.
 * Small, because there are millions.
 */
final class Revision {
  private static final int SAME_IN_JSON = 1;
  private static final int SAME_IN_ENCODED = 2;
  private static final int DEFLATED = 4;

  /** Documents larger than this are kept deflated, so that many of them fit into a small heap. */
  private static final int DEFLATE_ABOVE = 1 << 16;

  final Table table;
  final InternalId id;
  final long ts;

  /** The revision before this one; null for the first. */
  final Revision previous;

  private final byte[] stored;

  final ColumnSet columns;
  private final byte flags;

  Revision(Table table, InternalId id, long ts, Revision previous, Content content) {
    this.table = table;
    this.id = id;
    this.ts = ts;
    this.previous = previous;
    this.stored = content == null ? null : content.stored;
    this.columns = content == null ? null : content.columns;
    this.flags = content == null ? 0 : content.flags;
  }

  boolean deleted() {
    return stored == null;
  }

  /** {@code export_json} of the whole document with sorted keys; null for a tombstone. */
  byte[] json() {
    return (flags & DEFLATED) == 0 ? stored : inflated(stored);
  }

  boolean hasContent(Content content) {
    return Arrays.equals(stored, content.stored);
  }

  String idText() {
    return new DocumentId(table.number, id).text();
  }

  /** Whether {@link #json()} is also the document's text in that format. */
  boolean isText(ValueFormat format) {
    return switch (format) {
      case EXPORT_JSON -> true;
      case JSON -> (flags & SAME_IN_JSON) != 0;
      case CONVEX_ENCODED_JSON -> (flags & SAME_IN_ENCODED) != 0;
    };
  }

  ConvexValue.Obj document() {
    return ValueParser.parseObject(json(), ValueFormat.EXPORT_JSON);
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
  record Content(byte[] stored, ColumnSet columns, byte flags) {
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
      byte[] json = scratch.toByteArray();
      return json.length > DEFLATE_ABOVE
          ? new Content(deflated(json), columns, (byte) (flags | DEFLATED))
          : new Content(json, columns, (byte) flags);
    }
  }

  private static byte[] deflated(byte[] json) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      return new DeflaterInputStream(new ByteArrayInputStream(json), deflater).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
  }

  private static byte[] inflated(byte[] deflated) {
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(deflated))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
