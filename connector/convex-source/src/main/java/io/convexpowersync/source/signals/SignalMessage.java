package io.convexpowersync.source.signals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * A signal as an operator wrote it, in Debezium's form: an object with {@code id}, {@code type} and
 * {@code data}, of which the last one is an object or the text of one.
 *
 * @param id its name; empty if it has none
 * @param type what to do
 * @param data the details; never null
 */
record SignalMessage(String id, String type, JsonNode data) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static SignalMessage parse(String text) throws InvalidSignalException {
    JsonNode signal = object(text, "A signal is a JSON object with id, type and data");
    String type = signal.path("type").asText("");
    if (type.isEmpty()) {
      throw new InvalidSignalException("A signal needs a type, such as execute-snapshot");
    }
    JsonNode data = signal.path("data");
    if (data.isTextual()) {
      data = object(data.asText(), "data is the text of a JSON object");
    } else if (data.isMissingNode() || data.isNull()) {
      data = JSON.createObjectNode();
    } else if (!data.isObject()) {
      throw new InvalidSignalException("data is a JSON object, or its text");
    }
    return new SignalMessage(signal.path("id").asText(""), type, data);
  }

  private static JsonNode object(String text, String what) throws InvalidSignalException {
    try {
      JsonNode node = JSON.readTree(text);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      // Its words quote the text, which may be anything.
    }
    throw new InvalidSignalException(what);
  }
}
