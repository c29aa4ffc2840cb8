package io.convexpowersync.client;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * Parses one row of a page at a time. The parser checks every token, but the document's text is
 * copied from the wire, so number lexemes, escapes and the order of keys stay as they are.
 */
final class RowParser {
  private static final long NONE = -1;

  private final JsonParser parser;
  private final RecordingStream wire;
  private final JsonText document = new JsonText();

  private TableRef lastTable = new TableRef("", "");

  private String component;
  private String table;
  private String id;
  private long commitTs;
  private boolean deleted;

  RowParser(JsonParser parser, RecordingStream wire) {
    this.parser = parser;
    this.wire = wire;
  }

  /** Parses the row whose opening brace is the parser's current token. */
  ConvexDocument parse() throws IOException {
    begin();
    long keptFrom = NONE;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (isMetadata(name)) {
        if (keptFrom != NONE) {
          wire.copyCompact(keptFrom, nameOffset(), document);
          keptFrom = NONE;
        }
        readMetadata(name);
      } else {
        if (keptFrom == NONE) {
          keptFrom = nameOffset();
        }
        skipField(name);
      }
    }
    long end = parser.currentLocation().getByteOffset();
    if (keptFrom != NONE) {
      wire.copyCompact(keptFrom, end - 1, document);
    }
    wire.forget(end);
    return finish();
  }

  private void begin() {
    document.clear();
    document.append('{');
    component = "";
    table = null;
    id = null;
    commitTs = NONE;
    deleted = false;
  }

  private ConvexDocument finish() throws IOException {
    if (table == null || id == null || commitTs == NONE) {
      throw new JsonParseException(parser, "a row lacks _table, _id or _ts");
    }
    if (!table.equals(lastTable.table()) || !component.equals(lastTable.component())) {
      lastTable = new TableRef(component, table);
    }
    if (deleted) {
      return new ConvexDocument(lastTable, id, commitTs, true, null);
    }
    // A piece that stops before a metadata key ends with the comma in front of that key.
    document.dropLast(',');
    document.append('}');
    return new ConvexDocument(lastTable, id, commitTs, false, document.toString());
  }

  /** Convex reserves the underscore: whatever else begins with it is not the application's. */
  private static boolean isMetadata(String name) {
    return !name.isEmpty()
        && name.charAt(0) == '_'
        && !name.equals("_id")
        && !name.equals("_creationTime");
  }

  private long nameOffset() {
    return parser.currentTokenLocation().getByteOffset();
  }

  private void skipField(String name) throws IOException {
    JsonToken value = parser.nextToken();
    if (name.equals("_id")) {
      id = text(value, name);
    } else {
      parser.skipChildren();
    }
  }

  private void readMetadata(String name) throws IOException {
    JsonToken value = parser.nextToken();
    switch (name) {
      case "_component" -> component = text(value, name);
      case "_table" -> table = text(value, name);
      case "_ts" -> commitTs = timestamp(parser, name);
      case "_deleted" -> deleted = parser.getBooleanValue();
      default -> parser.skipChildren();
    }
  }

  private String text(JsonToken value, String name) throws IOException {
    if (value != JsonToken.VALUE_STRING) {
      throw new JsonParseException(parser, name + " is not a string");
    }
    return parser.getText();
  }

  /** Reads a timestamp (ns) from the current token. */
  static long timestamp(JsonParser parser, String name) throws IOException {
    // A floating token would be converted through double.
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() < 0) {
      throw new JsonParseException(parser, name + " is not a timestamp");
    }
    return parser.getLongValue();
  }
}
