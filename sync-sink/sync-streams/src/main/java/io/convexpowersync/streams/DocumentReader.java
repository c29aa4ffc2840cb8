package io.convexpowersync.streams;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** From the JSON text of a Convex document to the row that the Service would see. */
final class DocumentReader {
  /**
   * Fields that the export adds to a document; {@code _id} and {@code _creationTime} are its own.
   */
  private static final Set<String> METADATA = Set.of("_table", "_deleted", "_ts", "_component");

  private DocumentReader() {}

  /**
   * @throws EvaluationException if the text is not a JSON object, repeats a field with another
   *     value, or has a malformed tagged value
   */
  static Row read(String document, DocumentEncoding encoding) {
    if (!(JsonReader.big(document) instanceof Json.Obj object)) {
      throw new EvaluationException("The document is not a JSON object");
    }
    Map<String, Value> columns = new LinkedHashMap<>();
    for (Map.Entry<String, Json> field : object.members().entrySet()) {
      if (METADATA.contains(field.getKey())) {
        continue;
      }
      Json value = field.getValue();
      columns.put(
          field.getKey(),
          (encoding == DocumentEncoding.LOSSLESS ? LosslessValues.toService(value) : value)
              .toColumn());
    }
    return new Row(columns);
  }
}
