package io.convexpowersync.emulator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** All tables that there ever were. Guarded by the store's lock. */
final class TableCatalog {
  private static final int FIRST_NUMBER = 10001;

  private final Supplier<InternalId> tabletIds;
  private final TreeMap<InternalId, Table> tablets = new TreeMap<>();
  private final Map<TablePath, Table> active = new HashMap<>();
  private final Map<String, Integer> nextNumber = new HashMap<>();

  /**
   * @param tabletIds new random ids
   */
  TableCatalog(Supplier<InternalId> tabletIds) {
    this.tabletIds = tabletIds;
  }

  /** The table that has this name now; null when there is none. */
  Table active(TablePath path) {
    return active.get(path);
  }

  Map<TablePath, Collection<String>> columns() {
    Map<TablePath, Collection<String>> columns = new TreeMap<>();
    active.forEach((path, table) -> columns.put(path, table.columns()));
    return columns;
  }

  /** In tablet order. */
  List<Table> where(Predicate<Table> wanted) {
    return tablets.values().stream().filter(wanted).toList();
  }

  /**
   * A table that is not known yet.
   *
   * @param wanted its number; null for the next one
   * @param alsoNew tables that the same transaction creates
   */
  Table newTable(TablePath path, Integer wanted, Collection<Table> alsoNew) {
    int number = wanted == null ? nextNumber(path.component()) : wanted;
    boolean taken =
        Stream.concat(active.values().stream(), alsoNew.stream())
            .anyMatch(t -> t.number == number && t.path.component().equals(path.component()));
    if (taken) {
      throw new IllegalArgumentException("Table number " + number + " is taken, for " + path);
    }
    nextNumber.merge(path.component(), number + 1, Math::max);
    return Table.user(path, number, tabletIds.get());
  }

  /** Creates an empty table; a number of null is the next one. */
  void create(TablePath path, Integer number, long ts) {
    if (active.containsKey(path)) {
      throw new IllegalArgumentException("Table exists already: " + path);
    }
    add(newTable(path, number, List.of()), ts);
  }

  void add(Table table, long ts) {
    table.createdTs = ts;
    table.activatedTs = ts;
    tablets.put(table.tablet, table);
    active.put(table.path, table);
  }

  /** A table of an import under way: it has the number of the one that it will replace. */
  Table addHidden(TablePath path, long ts) {
    Table replaced = active.get(path);
    int number = replaced == null ? nextNumber(path.component()) : replaced.number;
    nextNumber.merge(path.component(), number + 1, Math::max);
    Table table = Table.user(path, number, tabletIds.get());
    table.createdTs = ts;
    tablets.put(table.tablet, table);
    return table;
  }

  /** Ends an import: the hidden table takes the name. */
  void activate(Table hidden, long ts) {
    Table replaced = active.put(hidden.path, hidden);
    if (replaced != null) {
      replaced.droppedTs = ts;
    }
    hidden.activatedTs = ts;
  }

  void drop(Table table, long ts) {
    active.remove(table.path, table);
    table.droppedTs = ts;
  }

  /** Undoes everything after a timestamp. */
  void rollBackTo(long ts) {
    tablets.values().removeIf(table -> table.createdTs > ts);
    active.clear();
    for (Table table : new ArrayList<>(tablets.values())) {
      table.rollBackTo(ts);
      if (table.activeAt(ts)) {
        active.put(table.path, table);
      }
    }
  }

  private int nextNumber(String component) {
    return nextNumber.getOrDefault(component, FIRST_NUMBER);
  }
}
