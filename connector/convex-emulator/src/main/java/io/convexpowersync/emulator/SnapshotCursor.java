package io.convexpowersync.emulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Base64;

/**
 * Position of a {@code list_snapshot} walk: after a document of a table.
 *
 * @param tablet the table
 * @param id text of the last document's id
 * @param after the last document
 */
record SnapshotCursor(InternalId tablet, String id, InternalId after) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final String MIN_ID = new DocumentId(1, InternalId.ZERO).text();

  static SnapshotCursor after(Revision row) {
    return new SnapshotCursor(row.table.tablet, row.idText(), row.id);
  }

  static SnapshotCursor startOf(Table table) {
    return new SnapshotCursor(table.tablet, MIN_ID, InternalId.ZERO);
  }

  String text() {
    String encoded = BASE64.encodeToString(tablet.toBytes());
    return "{\"tablet\":\"" + encoded + "\",\"id\":\"" + id + "\"}";
  }

  /**
   * Reads the text that {@link #text} wrote.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static SnapshotCursor parse(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      JsonNode tablet = node.path("tablet");
      JsonNode id = node.path("id");
      byte[] bytes = Base64.getUrlDecoder().decode(tablet.asText());
      if (tablet.isTextual() && id.isTextual() && bytes.length == 16) {
        DocumentId document = DocumentId.parse(id.textValue());
        return new SnapshotCursor(InternalId.of(bytes), id.textValue(), document.internal());
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("The cursor is not JSON", e);
    }
    throw new IllegalArgumentException("The cursor has no tablet or no id");
  }
}
