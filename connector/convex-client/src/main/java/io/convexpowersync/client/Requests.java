package io.convexpowersync.client;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The JSON bodies of requests.
 *
 * <p>A selection is always exact and complete: Convex silently exports everything when {@code
 * _other} is missing at any level, or when a table is not an object.
 */
final class Requests {
  private static final String OTHER = "_other";
  private static final String INCLUDED = "included";
  private static final String EXCLUDED = "excluded";

  /** Writes the fields of an object. */
  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private Requests() {}

  static String snapshotPage(
      long snapshot, String cursor, Selection selection, DocumentFormat format) {
    return object(
        json -> {
          json.writeNumberField("snapshot", snapshot);
          // An absent cursor, not a null one, is the start.
          if (cursor != null) {
            json.writeStringField("cursor", cursor);
          }
          writeCommon(json, selection, format);
        });
  }

  static String deltaPage(long cursor, Selection selection, DocumentFormat format) {
    return object(
        json -> {
          json.writeNumberField("cursor", cursor);
          writeCommon(json, selection, format);
        });
  }

  static String functionCall(String path, String argsJson) {
    return object(
        json -> {
          json.writeStringField("path", path);
          json.writeFieldName("args");
          json.writeRawValue(argsJson);
          json.writeStringField("format", "json");
        });
  }

  private static void writeCommon(JsonGenerator json, Selection selection, DocumentFormat format)
      throws IOException {
    json.writeStringField("format", format.wireName());
    // Everything is what backends export without being told.
    if (!selection.tables().isEmpty() || !selection.excludedColumns().isEmpty()) {
      json.writeFieldName("selection");
      writeSelection(json, selection);
    }
  }

  private static void writeSelection(JsonGenerator json, Selection selection) throws IOException {
    boolean everything = selection.tables().isEmpty();
    SortedSet<TableRef> tables = new TreeSet<>(TableRef.ORDER);
    tables.addAll(everything ? selection.excludedColumns().keySet() : selection.tables());
    Map<String, List<TableRef>> byComponent =
        tables.stream()
            .collect(Collectors.groupingBy(TableRef::component, TreeMap::new, Collectors.toList()));
    json.writeStartObject();
    json.writeStringField(OTHER, everything ? INCLUDED : EXCLUDED);
    for (Map.Entry<String, List<TableRef>> component : byComponent.entrySet()) {
      json.writeObjectFieldStart(component.getKey());
      json.writeStringField(OTHER, everything ? INCLUDED : EXCLUDED);
      for (TableRef table : component.getValue()) {
        writeTable(json, table, selection.excludedColumns().getOrDefault(table, Set.of()));
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void writeTable(JsonGenerator json, TableRef table, Set<String> excluded)
      throws IOException {
    json.writeObjectFieldStart(table.table());
    json.writeStringField(OTHER, INCLUDED);
    for (String column : new TreeSet<>(excluded)) {
      json.writeStringField(column, EXCLUDED);
    }
    json.writeEndObject();
  }

  private static String object(Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Json.FACTORY.createGenerator(text)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
