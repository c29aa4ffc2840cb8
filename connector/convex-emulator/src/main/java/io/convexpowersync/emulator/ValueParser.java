package io.convexpowersync.emulator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;

/** Reads values from JSON. Numbers are taken from their token, never through a tree of doubles. */
final class ValueParser {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private ValueParser() {}

  static ConvexValue parse(String json, ValueFormat format) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      return parseWhole(parser, format);
    } catch (IOException e) {
      throw new IllegalArgumentException("Not a JSON value: " + e.getMessage(), e);
    }
  }

  static ConvexValue.Obj parseObject(String json, ValueFormat format) {
    return object(parse(json, format));
  }

  static ConvexValue.Obj parseObject(byte[] json, ValueFormat format) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      return object(parseWhole(parser, format));
    } catch (IOException e) {
      throw new IllegalArgumentException("Not a JSON object: " + e.getMessage(), e);
    }
  }

  private static ConvexValue.Obj object(ConvexValue value) {
    if (value instanceof ConvexValue.Obj object) {
      return object;
    }
    throw new IllegalArgumentException("A document must be a JSON object");
  }

  private static ConvexValue parseWhole(JsonParser parser, ValueFormat format) throws IOException {
    parser.nextToken();
    ConvexValue value = read(parser, format);
    if (parser.nextToken() != null) {
      throw new IllegalArgumentException("Text after the end of the JSON value");
    }
    return value;
  }

  private static ConvexValue read(JsonParser parser, ValueFormat format) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new IllegalArgumentException("Empty text instead of a JSON value");
    }
    return switch (token) {
      case VALUE_NULL -> ConvexValue.NULL;
      case VALUE_TRUE, VALUE_FALSE -> ConvexValue.of(token == JsonToken.VALUE_TRUE);
      case VALUE_STRING -> ConvexValue.of(wellFormed(parser.getText()));
      case VALUE_NUMBER_INT -> integer(parser, format);
      case VALUE_NUMBER_FLOAT -> ConvexValue.of(finite(parser.getText()));
      case START_ARRAY -> readArray(parser, format);
      case START_OBJECT -> readObject(parser, format);
      default -> throw new IllegalArgumentException("Unexpected JSON token " + token);
    };
  }

  private static ConvexValue integer(JsonParser parser, ValueFormat format) throws IOException {
    if (format != ValueFormat.EXPORT_JSON) {
      return ConvexValue.of(finite(parser.getText()));
    }
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw new IllegalArgumentException("Integer beyond Int64: " + parser.getText());
    }
    return ConvexValue.of(parser.getLongValue());
  }

  private static double finite(String token) {
    double value = Double.parseDouble(token);
    if (Double.isInfinite(value)) {
      throw new IllegalArgumentException("Number beyond Float64: " + token);
    }
    return value;
  }

  private static ConvexValue readArray(JsonParser parser, ValueFormat format) throws IOException {
    List<ConvexValue> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      values.add(read(parser, format));
    }
    return new ConvexValue.Arr(values);
  }

  private static ConvexValue readObject(JsonParser parser, ValueFormat format) throws IOException {
    TreeMap<String, ConvexValue> fields = new TreeMap<>();
    String tag = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (name.startsWith("$")) {
        tag = name;
      }
      parser.nextToken();
      fields.put(fieldName(name), read(parser, format));
    }
    if (tag == null) {
      return new ConvexValue.Obj(fields);
    }
    if (fields.size() != 1 || !(fields.get(tag) instanceof ConvexValue.Str payload)) {
      throw new IllegalArgumentException("A field name must not start with '$': " + tag);
    }
    return untag(tag, payload.value());
  }

  private static ConvexValue untag(String tag, String payload) {
    byte[] bytes = Base64.getDecoder().decode(payload);
    return switch (tag) {
      case "$bytes" -> new ConvexValue.Bytes(bytes);
      case "$integer" -> new ConvexValue.Int64(littleEndian(tag, bytes));
      case "$float" -> new ConvexValue.Float64(littleEndian(tag, bytes));
      default -> throw new IllegalArgumentException("A field name must not start with '$': " + tag);
    };
  }

  private static long littleEndian(String tag, byte[] bytes) {
    if (bytes.length != Long.BYTES) {
      throw new IllegalArgumentException(tag + " must hold 8 bytes, not " + bytes.length);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static String fieldName(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) < 0x20 || name.charAt(i) > 0x7e) {
        throw new IllegalArgumentException("A field name must be printable ASCII: " + name);
      }
    }
    return name;
  }

  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new IllegalArgumentException("String with a lone surrogate at index " + i);
      }
    }
    return text;
  }
}
