package io.convexpowersync.source.struct;

import io.convexpowersync.events.SchemaNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An object's fields while they become more. Copies nothing before the first change. */
final class Columns {
  /** What the name of a key's JSON text ends with. */
  private static final String TEXT_SUFFIX = "__json";

  /** Holds what no other field of a document holds. Convex has no such name. */
  static final String REST = "_more";

  private final ObjectType before;
  private final int most;
  private List<Column> columns;
  private final Map<String, Column> changed = new HashMap<>();
  private int size;

  /**
   * The fields of an object.
   *
   * @param before as they are
   * @param most how many there may be, with those inside them
   */
  Columns(ObjectType before, int most) {
    this.before = before;
    this.most = most;
    this.size = before.size();
  }

  /** The key's type; null if there is none. */
  Type type(String key) {
    Column column = changed.getOrDefault(key, before.typed(key));
    return column == null ? null : column.type();
  }

  /** Gives the key this type; false when that would be too many fields. */
  boolean put(String key, Type type) {
    Type known = type(key);
    if (type == known) {
      return true;
    }
    int more = known == null ? 1 + type.size() : type.size() - known.size();
    if (size + more > most) {
      return false;
    }
    size += more;
    if (known == null) {
      Column column = new Column(unused(SchemaNames.legalPart(key)), key, type);
      copied().add(column);
      changed.put(key, column);
    } else {
      Column old = changed.getOrDefault(key, before.typed(key));
      Column column = new Column(old.name(), key, type);
      copied().set(copied().indexOf(old), column);
      changed.put(key, column);
    }
    return true;
  }

  /** Gives the key a field for JSON text; false when that would be too many fields. */
  boolean putText(String key) {
    if (before.text(key) != null) {
      return true;
    }
    if (size + 1 > most) {
      return false;
    }
    size++;
    String name = unused(SchemaNames.legalPart(key) + TEXT_SUFFIX);
    copied().add(new Column(name, key, Type.Scalar.JSON));
    return true;
  }

  /** Has a field for all that has none. */
  void putRest() {
    if (before.text(REST) == null && columns().stream().noneMatch(c -> c.name().equals(REST))) {
      copied().add(new Column(REST, REST, Type.Scalar.JSON));
    }
  }

  /** The fields now; the same object as before if there is no change. */
  ObjectType build() {
    return columns == null ? before : new ObjectType(columns);
  }

  private List<Column> columns() {
    return columns == null ? before.columns() : columns;
  }

  private List<Column> copied() {
    if (columns == null) {
      columns = new ArrayList<>(before.columns());
    }
    return columns;
  }

  private String unused(String wanted) {
    Set<String> used = new HashSet<>();
    columns().forEach(column -> used.add(column.name()));
    String name = wanted;
    for (int i = 2; used.contains(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }
}
