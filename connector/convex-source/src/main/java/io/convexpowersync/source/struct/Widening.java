package io.convexpowersync.source.struct;

import io.convexpowersync.source.struct.DocumentValue.FieldValue;
import io.convexpowersync.source.struct.DocumentValue.Kind;
import java.util.Optional;

/**
 * Makes a type so wide that a value has a place in it. Nothing is ever taken away: fields stay, in
 * their order, with their types. Stateless.
 */
final class Widening {
  private final StructLimits limits;

  Widening(StructLimits limits) {
    this.limits = limits;
  }

  /** The type in which every field of the document has a place; the same one if it is already. */
  ObjectType widen(ObjectType known, DocumentValue document) {
    Columns columns = new Columns(known, limits.maxFields());
    for (FieldValue field : document.fields()) {
      if (!place(columns, field, 1)) {
        columns.putRest();
      }
    }
    return columns.build();
  }

  /** Finds or makes a place for a field; false when there is no room for one. */
  private boolean place(Columns columns, FieldValue field, int depth) {
    if (field.value().isNull()) {
      return true;
    }
    Optional<Type> wider = widen(columns.type(field.key()), field.value(), depth + 1);
    return wider.isPresent() && columns.put(field.key(), wider.get())
        || columns.putText(field.key());
  }

  /**
   * The type in which the value has a place.
   *
   * @param known what is known so far; null for nothing
   * @return empty when there is none that contains the known one, or nothing is known of it yet, as
   *     of the elements of an empty list
   */
  private Optional<Type> widen(Type known, DocumentValue value, int depth) {
    Optional<Type.Scalar> scalar = value.kind().scalar();
    if (scalar.isPresent()) {
      return known == null || known == scalar.get() ? Optional.of(scalar.get()) : Optional.empty();
    } else if (depth > limits.maxDepth()) {
      return Optional.empty();
    } else if (value.kind() == Kind.OBJECT && (known == null || known instanceof ObjectType)) {
      return object(known == null ? ObjectType.EMPTY : (ObjectType) known, value, depth);
    } else if (value.kind() == Kind.ARRAY && (known == null || known instanceof Type.ListOf)) {
      return list((Type.ListOf) known, value, depth);
    }
    return Optional.empty();
  }

  private Optional<Type> object(ObjectType known, DocumentValue value, int depth) {
    Columns columns = new Columns(known, limits.maxNestedFields());
    for (FieldValue field : value.fields()) {
      if (!place(columns, field, depth)) {
        return Optional.empty();
      }
    }
    return Optional.of(columns.build());
  }

  private Optional<Type> list(Type.ListOf known, DocumentValue value, int depth) {
    Type element = known == null ? null : known.element();
    for (DocumentValue item : value.items()) {
      if (!item.isNull()) {
        Optional<Type> wider = widen(element, item, depth + 1);
        if (wider.isEmpty()) {
          return Optional.empty();
        }
        element = wider.get();
      }
    }
    if (element == null) {
      return Optional.empty();
    }
    return Optional.of(
        known != null && element == known.element() ? known : new Type.ListOf(element));
  }
}
