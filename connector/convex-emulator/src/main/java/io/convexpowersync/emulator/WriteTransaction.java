package io.convexpowersync.emulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The writes of one mutation, kept apart until it ends. Runs under the store's write lock. */
final class WriteTransaction implements DocumentTransaction {
  private static final String ID = "_id";
  private static final String CREATION_TIME = "_creationTime";
  private static final int MAX_FIELD_NAME = 64;

  /** A document's final state in this transaction; a null document is a deletion. */
  record Write(Table table, InternalId id, ConvexValue.Obj document) {}

  private record Key(Table table, InternalId id) {}

  private final DocumentStore store;
  private final long nowNanos;
  private final boolean readOnly;
  private final Map<Key, Write> writes = new HashMap<>();
  private final Map<TablePath, Table> newTables = new HashMap<>();
  private final Map<TablePath, Table> hidden;
  private double creationTime;

  /**
   * @param hidden tables of an import, which this transaction sees under their names
   */
  WriteTransaction(
      DocumentStore store, long nowNanos, boolean readOnly, Map<TablePath, Table> hidden) {
    this.store = store;
    this.nowNanos = nowNanos;
    this.readOnly = readOnly;
    this.hidden = hidden;
    this.creationTime = nowNanos / 1e6;
  }

  List<Write> writes() {
    return new ArrayList<>(writes.values());
  }

  List<Table> newTables() {
    return new ArrayList<>(newTables.values());
  }

  @Override
  public long nowMillis() {
    return nowNanos / 1_000_000;
  }

  @Override
  public String insert(TablePath path, ConvexValue.Obj document) {
    requireWritable();
    Optional<DocumentId> given = givenId(document);
    Table table = tableForInsert(path, given);
    InternalId internal = given.map(DocumentId::internal).orElseGet(() -> unusedId(table));
    if (current(table, internal) != null) {
      throw new IllegalArgumentException("Table " + path + " already has this _id");
    }
    String id = new DocumentId(table.number, internal).text();
    ConvexValue created = document.get(CREATION_TIME);
    if (created != null && !(created instanceof ConvexValue.Float64)) {
      throw new IllegalArgumentException("_creationTime must be a Float64");
    }
    TreeMap<String, ConvexValue> fields = userFields(document);
    fields.put(ID, ConvexValue.of(id));
    fields.put(CREATION_TIME, created == null ? nextCreationTime() : created);
    write(table, internal, new ConvexValue.Obj(fields));
    return id;
  }

  /** The same seed generates the same ids, and documents that were loaded may have some of them. */
  private InternalId unusedId(Table table) {
    InternalId internal;
    do {
      internal = store.newDocumentId(nowNanos);
    } while (current(table, internal) != null);
    return internal;
  }

  @Override
  public void patch(TablePath path, String id, ConvexValue.Obj changes) {
    update(path, id, before -> merged(before, userFields(changes)));
  }

  @Override
  public void unset(TablePath path, String id, String... names) {
    update(
        path,
        id,
        before -> {
          TreeMap<String, ConvexValue> fields = new TreeMap<>(before.fields());
          for (String name : names) {
            checkField(name);
            fields.remove(name);
          }
          return fields;
        });
  }

  @Override
  public void replace(TablePath path, String id, ConvexValue.Obj document) {
    update(
        path,
        id,
        before -> {
          TreeMap<String, ConvexValue> fields = userFields(document);
          fields.put(ID, before.get(ID));
          fields.put(CREATION_TIME, before.get(CREATION_TIME));
          return fields;
        });
  }

  @Override
  public void delete(TablePath path, String id) {
    Table table = existing(path);
    InternalId internal = internalId(table, id);
    require(table, internal, id);
    write(table, internal, null);
  }

  @Override
  public Optional<ConvexValue.Obj> get(TablePath path, String id) {
    Table table = find(path);
    return table == null
        ? Optional.empty()
        : Optional.ofNullable(current(table, internalId(table, id)));
  }

  @Override
  public List<String> ids(TablePath path) {
    Table table = find(path);
    if (table == null) {
      return List.of();
    }
    TreeSet<InternalId> ids = new TreeSet<>();
    table.page(null, Long.MAX_VALUE, Integer.MAX_VALUE).forEach(row -> ids.add(row.id));
    for (Write write : writes.values()) {
      if (write.table == table) {
        if (write.document == null) {
          ids.remove(write.id);
        } else {
          ids.add(write.id);
        }
      }
    }
    return ids.stream().map(id -> new DocumentId(table.number, id).text()).toList();
  }

  private interface Update {
    Map<String, ConvexValue> apply(ConvexValue.Obj before);
  }

  private void update(TablePath path, String id, Update update) {
    Table table = existing(path);
    InternalId internal = internalId(table, id);
    ConvexValue.Obj before = require(table, internal, id);
    write(table, internal, new ConvexValue.Obj(new TreeMap<>(update.apply(before))));
  }

  private void requireWritable() {
    if (readOnly) {
      throw new IllegalStateException("A query cannot write");
    }
  }

  private void write(Table table, InternalId id, ConvexValue.Obj document) {
    requireWritable();
    writes.put(new Key(table, id), new Write(table, id, document));
  }

  private ConvexValue.Obj require(Table table, InternalId internal, String id) {
    ConvexValue.Obj document = current(table, internal);
    if (document == null) {
      throw new IllegalArgumentException("Table " + table.path + " has no document " + id);
    }
    return document;
  }

  private ConvexValue.Obj current(Table table, InternalId id) {
    Write write = writes.get(new Key(table, id));
    if (write != null) {
      return write.document;
    }
    Revision revision = table.documents.get(id);
    return revision == null || revision.deleted() ? null : revision.document();
  }

  private Table find(TablePath path) {
    Table table = hidden.getOrDefault(path, store.catalog().active(path));
    return table != null ? table : newTables.get(path);
  }

  private Table existing(TablePath path) {
    Table table = find(path);
    if (table == null) {
      throw new IllegalArgumentException("There is no table " + path);
    }
    return table;
  }

  private Table tableForInsert(TablePath path, Optional<DocumentId> given) {
    Table table = find(path);
    if (table == null) {
      Integer number = given.map(DocumentId::tableNumber).orElse(null);
      table = store.catalog().newTable(path, number, newTables.values());
      newTables.put(path, table);
    }
    if (given.isPresent() && given.get().tableNumber() != table.number) {
      throw new IllegalArgumentException("The _id belongs to another table than " + path);
    }
    return table;
  }

  private ConvexValue nextCreationTime() {
    ConvexValue value = ConvexValue.of(creationTime);
    creationTime = Math.nextUp(creationTime);
    return value;
  }

  private static Optional<DocumentId> givenId(ConvexValue.Obj document) {
    ConvexValue id = document.get(ID);
    if (id == null) {
      return Optional.empty();
    }
    if (id instanceof ConvexValue.Str text) {
      return Optional.of(DocumentId.parse(text.value()));
    }
    throw new IllegalArgumentException("_id must be a string");
  }

  private static InternalId internalId(Table table, String id) {
    DocumentId parsed = DocumentId.parse(id);
    if (parsed.tableNumber() != table.number) {
      throw new IllegalArgumentException(id + " is not an id of table " + table.path);
    }
    return parsed.internal();
  }

  private static Map<String, ConvexValue> merged(
      ConvexValue.Obj before, Map<String, ConvexValue> changes) {
    Map<String, ConvexValue> fields = new TreeMap<>(before.fields());
    fields.putAll(changes);
    return fields;
  }

  private static TreeMap<String, ConvexValue> userFields(ConvexValue.Obj document) {
    TreeMap<String, ConvexValue> fields = new TreeMap<>(document.fields());
    fields.remove(ID);
    fields.remove(CREATION_TIME);
    fields.keySet().forEach(WriteTransaction::checkField);
    return fields;
  }

  private static void checkField(String name) {
    boolean valid = !name.isEmpty() && name.length() <= MAX_FIELD_NAME && letter(name.charAt(0));
    for (int i = 1; valid && i < name.length(); i++) {
      char c = name.charAt(i);
      valid = letter(c) || c >= '0' && c <= '9' || c == '_';
    }
    if (!valid) {
      throw new IllegalArgumentException("Not a top-level field name: '" + name + "'");
    }
  }

  private static boolean letter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }
}
