package io.convexpowersync.events;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the source captures, as of an offset.
 *
 * <p>While the filter stays the same, a table that is not among {@code tables} had no document at
 * the offset's position: its first change is all there is of it. With another filter, or none that
 * is known, it may hold documents that were never read.
 *
 * @param filter identifies the configured choice of tables; empty when it is not known
 * @param tables status of every captured table; unmodifiable, in table order
 */
public record Capture(Optional<String> filter, Map<TableId, TableStatus> tables) {
  public Capture {
    tables = Collections.unmodifiableMap(new TreeMap<>(tables));
  }

  /** The tables with a status, in table order. */
  public List<TableId> tables(TableStatus status) {
    return tables.entrySet().stream()
        .filter(entry -> entry.getValue() == status)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The same with another status of some tables, which may be new. */
  public Capture with(Collection<TableId> changed, TableStatus status) {
    if (changed.isEmpty()) {
      return this;
    }
    Map<TableId, TableStatus> statuses = new TreeMap<>(tables);
    changed.forEach(table -> statuses.put(table, status));
    return new Capture(filter, statuses);
  }
}
