package io.convexpowersync.source.struct;

import java.util.List;
import java.util.Optional;

/**
 * A value of a document. Its text is a piece of the document's, so that numbers and escapes stay as
 * they were written.
 */
final class DocumentValue {
  /** What a value is. */
  enum Kind {
    NULL(null),
    BOOLEAN(Type.Scalar.BOOLEAN),
    INT64(Type.Scalar.INT64),
    FLOAT64(Type.Scalar.FLOAT64),
    STRING(Type.Scalar.STRING),
    BYTES(Type.Scalar.BYTES),
    OBJECT(null),
    ARRAY(null),
    /** A tagged value that this version does not know. */
    UNKNOWN(null);

    private final Type.Scalar scalar;

    Kind(Type.Scalar scalar) {
      this.scalar = scalar;
    }

    Optional<Type.Scalar> scalar() {
      return Optional.ofNullable(scalar);
    }
  }

  /** A field of an object. */
  record FieldValue(String key, DocumentValue value) {}

  /** A piece of a document's text. */
  record Piece(String document, int from, int to) {
    String text() {
      return document.substring(from, to);
    }
  }

  private final Kind kind;
  private final Object scalar;
  private final List<FieldValue> fields;
  private final List<DocumentValue> items;
  private final Piece piece;

  private DocumentValue(
      Kind kind, Object scalar, List<FieldValue> fields, List<DocumentValue> items, Piece piece) {
    this.kind = kind;
    this.scalar = scalar;
    this.fields = fields;
    this.items = items;
    this.piece = piece;
  }

  static DocumentValue scalar(Kind kind, Object value, Piece piece) {
    return new DocumentValue(kind, value, List.of(), List.of(), piece);
  }

  static DocumentValue object(List<FieldValue> fields, Piece piece) {
    return new DocumentValue(Kind.OBJECT, null, fields, List.of(), piece);
  }

  static DocumentValue array(List<DocumentValue> items, Piece piece) {
    return new DocumentValue(Kind.ARRAY, null, List.of(), items, piece);
  }

  Kind kind() {
    return kind;
  }

  boolean isNull() {
    return kind == Kind.NULL;
  }

  /** Boolean, Long, Double, String or ByteBuffer, by the kind. */
  Object scalar() {
    return scalar;
  }

  List<FieldValue> fields() {
    return fields;
  }

  List<DocumentValue> items() {
    return items;
  }

  /** The value as it stands in the document. */
  String text() {
    return piece.text();
  }
}
