package io.convexpowersync.storage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.convexpowersync.storage.StorageException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** {@code current_data}'s columns as Java values. */
final class RowStateCodec {
  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] NO_BUCKETS = {'[', ']'};

  private RowStateCodec() {}

  /** JSON text, UTF-8: array of {@code {bucket, table, id}}. */
  static byte[] encodeBuckets(List<BucketKey> buckets) {
    if (buckets.isEmpty()) {
      return NO_BUCKETS;
    }
    JsonStringEncoder encoder = JsonStringEncoder.getInstance();
    StringBuilder json = new StringBuilder(128 * buckets.size());
    char separator = '[';
    for (BucketKey key : buckets) {
      json.append(separator).append("{\"bucket\":\"");
      quote(encoder, key.bucket(), json);
      json.append("\",\"table\":\"");
      quote(encoder, key.table(), json);
      json.append("\",\"id\":\"");
      quote(encoder, key.id(), json);
      json.append("\"}");
      separator = ',';
    }
    return json.append(']').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** What needs no escape is copied at once: the encoder goes by character. */
  private static void quote(JsonStringEncoder encoder, String text, StringBuilder json) {
    int copied = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\' || c < ' ') {
        json.append(text, copied, i);
        encoder.quoteAsString(text.substring(i, i + 1), json);
        copied = i + 1;
      }
    }
    json.append(copied == 0 ? text : text.substring(copied));
  }

  static List<BucketKey> decodeBuckets(String text) {
    if (text.equals("[]")) {
      return List.of();
    }
    List<BucketKey> keys = new ArrayList<>();
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        keys.add(decodeKey(json));
      }
    } catch (IOException e) {
      throw new StorageException(
          Kind.CONFIGURATION,
          "powersync.current_data holds a bucket list that is not the expected JSON, so something"
              + " else has changed it. Deploy the sync config again: a new stream is built.",
          e);
    }
    return keys;
  }

  private static BucketKey decodeKey(JsonParser json) throws IOException {
    String bucket = "";
    String table = "";
    String id = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      String value = json.nextTextValue();
      switch (name) {
        case "bucket" -> bucket = value;
        case "table" -> table = value;
        case "id" -> id = value;
        default -> json.skipChildren();
      }
    }
    return new BucketKey(bucket, table, id);
  }

  /** A PostgreSQL {@code bytea[]} literal. */
  static String lookupsLiteral(List<ByteBuffer> lookups) {
    return lookups.stream()
        .map(lookup -> "\"\\\\x" + HexFormat.of().formatHex(lookup.array()) + "\"")
        .collect(Collectors.joining(",", "{", "}"));
  }

  static List<ByteBuffer> decodeLookups(Object[] lookups) {
    List<ByteBuffer> decoded = new ArrayList<>(lookups.length);
    for (Object lookup : lookups) {
      decoded.add(ByteBuffer.wrap((byte[]) lookup));
    }
    return decoded;
  }
}
