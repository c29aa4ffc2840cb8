package io.convexpowersync.emulator;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The named parameters of a request, from the query string or from the JSON body. Keeps repeated
 * ones, because the server treats them differently from absent ones.
 */
final class RequestParameters {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, List<JsonNode>> values = new HashMap<>();
  private final boolean fromQuery;

  private RequestParameters(boolean fromQuery) {
    this.fromQuery = fromQuery;
  }

  static RequestParameters ofQuery(String rawQuery) {
    RequestParameters parameters = new RequestParameters(true);
    if (rawQuery != null) {
      for (String pair : rawQuery.split("&")) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        if (!pair.isEmpty()) {
          parameters.add(decode(name), TextNode.valueOf(decode(value)));
        }
      }
    }
    return parameters;
  }

  static RequestParameters ofBody(byte[] body) throws ApiException {
    RequestParameters parameters = new RequestParameters(false);
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw badBody("expected a JSON object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        parameters.add(name, JSON.readTree(parser));
      }
      if (parser.nextToken() != null) {
        throw badBody("trailing characters");
      }
    } catch (JacksonException e) {
      throw badBody(e.getOriginalMessage());
    } catch (IOException e) {
      throw badBody(e.getMessage());
    }
    return parameters;
  }

  List<JsonNode> values(String name) {
    return values.getOrDefault(name, List.of());
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** Everything that may be part of a selection, to compare selections. */
  String selectionText() {
    return SelectionParser.PARAMETERS.stream().sorted().map(this::values).toList().toString();
  }

  /** An optional string; null counts as absent. */
  Optional<String> string(String name) throws ApiException {
    Optional<JsonNode> node = single(name);
    if (node.isPresent() && !node.get().isTextual()) {
      throw invalid(name, "a string");
    }
    return node.map(JsonNode::textValue);
  }

  /** An optional signed 64-bit integer; null counts as absent. */
  Optional<Long> integer(String name) throws ApiException {
    Optional<JsonNode> node = single(name);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (fromQuery) {
      try {
        return Optional.of(Long.valueOf(node.get().textValue()));
      } catch (NumberFormatException e) {
        throw invalid(name, "an integer");
      }
    }
    if (!node.get().isIntegralNumber() || !node.get().canConvertToLong()) {
      throw invalid(name, "an integer");
    }
    return Optional.of(node.get().longValue());
  }

  /** A boolean of the query string: exactly {@code true} or {@code false}. */
  boolean flag(String name) throws ApiException {
    Optional<String> text = string(name);
    if (text.isPresent() && !text.get().equals("true") && !text.get().equals("false")) {
      throw invalid(name, "`true` or `false`");
    }
    return text.orElse("false").equals("true");
  }

  /** JSON text of a required parameter; in a query string the parameter is that text. */
  String jsonText(String name) throws ApiException {
    JsonNode node = single(name).orElseThrow(() -> invalid(name, "present"));
    return fromQuery ? node.textValue() : node.toString();
  }

  private Optional<JsonNode> single(String name) throws ApiException {
    List<JsonNode> all = values(name);
    if (all.size() > 1) {
      throw invalid(name, "given once");
    }
    return all.isEmpty() || all.get(0).isNull() ? Optional.empty() : Optional.of(all.get(0));
  }

  /** The error for a parameter that is not what it should be. */
  ApiException invalid(String name, String expected) {
    String message = "Parameter `" + name + "` must be " + expected;
    return fromQuery ? ApiException.badRequest("BadQueryArgs", message) : badBody(message);
  }

  private void add(String name, JsonNode value) {
    values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
  }

  private static ApiException badBody(String message) {
    return ApiException.badRequest("BadJsonBody", message);
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // The server's decoder leaves broken escapes as they are.
      return text;
    }
  }
}
