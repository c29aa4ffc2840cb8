package io.convexpowersync.client;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the answers that are not pages. A problem is an {@link IOException} that names it. */
final class Answers {
  private static final int LONGEST_NAME = 256;

  private Answers() {}

  /** {@code {"ts": <base64 of an unsigned 64-bit integer, little-endian>}}. */
  static long headTimestamp(byte[] body) throws IOException {
    String encoded = Json.MAPPER.readTree(body).path("ts").asText();
    byte[] bytes = decode(encoded);
    if (bytes.length != Long.BYTES) {
      throw new JsonParseException(null, "ts is not the base64 text of 8 bytes");
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static byte[] decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  /** A name as plain text. */
  static String instanceName(byte[] body) throws IOException {
    String name = new String(body, StandardCharsets.UTF_8).strip();
    if (name.isEmpty() || name.length() > LONGEST_NAME || !name.matches("[\\w.:-]+")) {
      throw new JsonParseException(null, "the answer is not the name of a deployment");
    }
    return name;
  }

  /** {@code {"byComponent": {<component>: [{"name": ..., "columns": [...]}]}}}. */
  static List<TableColumns> tables(byte[] body) throws IOException {
    JsonNode components = Json.MAPPER.readTree(body).path("byComponent");
    if (!components.isObject()) {
      throw new JsonParseException(null, "byComponent is not an object");
    }
    List<TableColumns> tables = new ArrayList<>();
    for (Map.Entry<String, JsonNode> component : components.properties()) {
      for (JsonNode table : component.getValue()) {
        tables.add(table(component.getKey(), table));
      }
    }
    return List.copyOf(tables);
  }

  private static TableColumns table(String component, JsonNode table) throws IOException {
    String name = table.path("name").textValue();
    if (name == null) {
      throw new JsonParseException(null, "a table has no name");
    }
    List<String> columns = new ArrayList<>();
    table.path("columns").forEach(column -> columns.add(column.asText()));
    return new TableColumns(new TableRef(component, name), columns);
  }

  /** {@code {"status": "success", "value": ...}} or {@code {"status": "error", ...}}. */
  static FunctionResult functionResult(byte[] body) throws IOException {
    Map<String, String> fields = rawFields(body);
    String status = fields.getOrDefault("status", "");
    if (status.equals("\"success\"")) {
      return new FunctionResult.Success(fields.getOrDefault("value", "null"));
    }
    if (status.equals("\"error\"")) {
      String message = Json.MAPPER.readTree(fields.getOrDefault("errorMessage", "\"\"")).asText();
      return new FunctionResult.Failure(message, Optional.ofNullable(fields.get("errorData")));
    }
    throw new JsonParseException(null, "status is neither success nor error");
  }

  /** The fields of an object as they are written, so that numbers stay what they are. */
  static Map<String, String> rawFields(byte[] body) throws IOException {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser parser = Json.FACTORY.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(parser, "the answer is not an object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        int to = (int) parser.currentLocation().getByteOffset();
        fields.put(name, new String(body, from, to - from, StandardCharsets.UTF_8));
      }
    }
    return fields;
  }
}
