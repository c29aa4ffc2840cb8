package io.convexpowersync.emulator;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A deployment's documents as they were at one timestamp. Reads them in pages when asked, so that a
 * large deployment is never copied; commits may go on meanwhile.
 */
public final class DeploymentState {
  private static final int PAGE = 1024;

  private final DocumentStore store;
  private final long timestamp;

  DeploymentState(DocumentStore store, long timestamp) {
    this.store = store;
    this.timestamp = timestamp;
  }

  /** Receives documents. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Takes one document.
     *
     * @param table where it is
     * @param id its id
     * @param json the whole document, system fields included
     */
    void document(TablePath table, String id, String json);
  }

  /** The timestamp (ns). */
  public long timestamp() {
    return timestamp;
  }

  /** The tables that existed, empty ones included. */
  public SortedSet<TablePath> tables() {
    SortedSet<TablePath> paths = new TreeSet<>();
    store.activeTablesAt(timestamp).forEach(table -> paths.add(table.path));
    return paths;
  }

  /** A table's documents by id; none when it did not exist. */
  public SortedMap<String, String> documents(TablePath table, ValueFormat format) {
    SortedMap<String, String> documents = new TreeMap<>();
    for (Table candidate : store.activeTablesAt(timestamp)) {
      if (candidate.path.equals(table)) {
        visit(candidate, format, (path, id, json) -> documents.put(id, json));
      }
    }
    return documents;
  }

  /** Hands out all documents, table by table, each in id order. */
  public void forEach(ValueFormat format, Visitor visitor) {
    store.activeTablesAt(timestamp).forEach(table -> visit(table, format, visitor));
  }

  /** How many documents there were. */
  public long documentCount() {
    long[] count = new long[1];
    store.activeTablesAt(timestamp).forEach(table -> scan(table, row -> count[0]++));
    return count[0];
  }

  private void visit(Table table, ValueFormat format, Visitor visitor) {
    ByteBuf buffer = new ByteBuf(1024);
    scan(
        table,
        row -> {
          buffer.clear();
          if (row.isText(format)) {
            buffer.append(row.json());
          } else {
            ValueWriter.write(row.document(), format, buffer);
          }
          visitor.document(table.path, row.idText(), buffer.toString());
        });
  }

  void scan(Table table, Consumer<Revision> consumer) {
    InternalId after = null;
    List<Revision> page;
    do {
      page = store.page(table, after, timestamp, PAGE);
      page.forEach(consumer);
      after = page.isEmpty() ? null : page.get(page.size() - 1).id;
    } while (page.size() == PAGE);
  }
}
