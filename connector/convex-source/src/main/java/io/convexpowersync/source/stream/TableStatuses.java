package io.convexpowersync.source.stream;

import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Small questions about, and changes of, the statuses of tables. */
final class TableStatuses {
  static Map<TableId, TableStatus> all(Collection<TableId> tables, TableStatus status) {
    return with(Map.of(), tables, status);
  }

  static Map<TableId, TableStatus> with(
      Map<TableId, TableStatus> statuses, Collection<TableId> tables, TableStatus status) {
    if (tables.isEmpty()) {
      return statuses;
    }
    Map<TableId, TableStatus> changed = new TreeMap<>(statuses);
    tables.forEach(table -> changed.put(table, status));
    return changed;
  }

  static List<TableId> pending(Map<TableId, TableStatus> statuses) {
    return statuses.entrySet().stream()
        .filter(entry -> entry.getValue() == TableStatus.PENDING)
        .map(Map.Entry::getKey)
        .toList();
  }

  private TableStatuses() {}
}
