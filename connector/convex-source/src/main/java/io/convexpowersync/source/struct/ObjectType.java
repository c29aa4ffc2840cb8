package io.convexpowersync.source.struct;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An object. Every key has at most one field with a type and at most one with JSON text; the order
 * is the one in which they were added. Immutable.
 */
final class ObjectType implements Type {
  static final ObjectType EMPTY = new ObjectType(List.of());

  private final List<Column> columns;
  private final Map<String, Column> typed = new HashMap<>();
  private final Map<String, Column> texts = new HashMap<>();
  private final int size;

  ObjectType(List<Column> columns) {
    this.columns = List.copyOf(columns);
    this.columns.forEach(column -> (column.isText() ? texts : typed).put(column.key(), column));
    this.size = this.columns.stream().mapToInt(Column::size).sum();
  }

  List<Column> columns() {
    return columns;
  }

  /** The field with the key's typed values; null if there is none. */
  Column typed(String key) {
    return typed.get(key);
  }

  /** The field with the key's other values; null if there is none. */
  Column text(String key) {
    return texts.get(key);
  }

  /** The field that takes a value; null if there is none. */
  Column placeOf(String key, DocumentValue value) {
    Column column = typed.get(key);
    return column != null && column.type().fits(value) ? column : texts.get(key);
  }

  @Override
  public boolean fits(DocumentValue value) {
    return value.kind() == DocumentValue.Kind.OBJECT
        && value.fields().stream()
            .allMatch(
                field -> field.value().isNull() || placeOf(field.key(), field.value()) != null);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ObjectType object && columns.equals(object.columns);
  }

  @Override
  public int hashCode() {
    return columns.hashCode();
  }

  @Override
  public String toString() {
    return columns.toString();
  }
}
