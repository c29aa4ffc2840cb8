package io.convexpowersync.source.struct;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.convexpowersync.client.DocumentJson;
import io.convexpowersync.source.struct.DocumentValue.FieldValue;
import io.convexpowersync.source.struct.DocumentValue.Kind;
import io.convexpowersync.source.struct.DocumentValue.Piece;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Reads lossless JSON, {@code export_json} or {@code convex_encoded_json}: an integer token is an
 * Int64, a number with a point or an exponent a Float64; {@code $integer}, {@code $float} and
 * {@code $bytes} are tags.
 */
final class DocumentParser {
  private final String document;
  private final JsonParser parser;

  private DocumentParser(String document, JsonParser parser) {
    this.document = document;
    this.parser = parser;
  }

  /** The document, an object. */
  static DocumentValue parse(String document) {
    try (JsonParser parser = DocumentJson.parser(document)) {
      parser.nextToken();
      return new DocumentParser(document, parser).value();
    } catch (IOException e) {
      throw new UncheckedIOException("A document of the deployment is not JSON", e);
    }
  }

  /** Reads the value whose first token is the current one. */
  private DocumentValue value() throws IOException {
    int from = (int) parser.currentTokenLocation().getCharOffset();
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(from);
      case START_ARRAY -> array(from);
      case VALUE_NULL -> scalar(Kind.NULL, null, from);
      case VALUE_TRUE -> scalar(Kind.BOOLEAN, true, from);
      case VALUE_FALSE -> scalar(Kind.BOOLEAN, false, from);
      case VALUE_STRING -> scalar(Kind.STRING, parser.getText(), from);
      case VALUE_NUMBER_INT -> integer(from);
      case VALUE_NUMBER_FLOAT -> scalar(Kind.FLOAT64, parser.getDoubleValue(), from);
      default -> throw new IOException("unexpected token " + parser.currentToken());
    };
  }

  private DocumentValue integer(int from) throws IOException {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? scalar(Kind.UNKNOWN, null, from)
        : scalar(Kind.INT64, parser.getLongValue(), from);
  }

  private DocumentValue object(int from) throws IOException {
    List<FieldValue> fields = new ArrayList<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      fields.add(new FieldValue(key, value()));
    }
    Piece piece = piece(from);
    return fields.size() == 1 && fields.get(0).key().startsWith("$")
        ? tagged(fields.get(0), piece)
        : DocumentValue.object(fields, piece);
  }

  private DocumentValue array(int from) throws IOException {
    List<DocumentValue> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value());
    }
    return DocumentValue.array(items, piece(from));
  }

  /** Convex allows no key of its users to start with {@code $}. */
  private static DocumentValue tagged(FieldValue field, Piece piece) {
    try {
      byte[] bytes = Base64.getDecoder().decode(String.valueOf(field.value().scalar()));
      ByteBuffer number = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      boolean eight = bytes.length == Long.BYTES;
      if (field.key().equals("$bytes")) {
        return DocumentValue.scalar(Kind.BYTES, ByteBuffer.wrap(bytes), piece);
      } else if (field.key().equals("$integer") && eight) {
        return DocumentValue.scalar(Kind.INT64, number.getLong(), piece);
      } else if (field.key().equals("$float") && eight) {
        return DocumentValue.scalar(Kind.FLOAT64, number.getDouble(), piece);
      }
    } catch (IllegalArgumentException e) {
      // Not base64: a tag that is not known.
      return DocumentValue.scalar(Kind.UNKNOWN, null, piece);
    }
    return DocumentValue.scalar(Kind.UNKNOWN, null, piece);
  }

  private DocumentValue scalar(Kind kind, Object value, int from) throws IOException {
    return DocumentValue.scalar(kind, value, piece(from));
  }

  /** From an offset to the end of the current token. */
  private Piece piece(int from) throws IOException {
    parser.finishToken();
    return new Piece(document, from, (int) parser.currentLocation().getCharOffset());
  }
}
