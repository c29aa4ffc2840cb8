package io.convexpowersync.events;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the source captures, as of an offset.
 *
 * <p>While the filter stays the same, a table that is not among {@code tables} had no document at
 * the offset's position: its first change is all there is of it. With another filter, or none that
 * is known, it may hold documents that were never read.
 *
 * @param filter identifies the configured choice of tables; empty when it is not known
 * @param tables status of every captured table; unmodifiable, in table order
 * @param numbers Convex's internal numbers of captured tables, as the ids of their documents tell,
 *     the newest last; a table that is dropped and created again has another one. Several: more
 *     than one table had the name since its last snapshot. One with a minus is believed to be gone
 * @param requested captured tables of which a snapshot was asked for that has not begun yet
 * @param nextSignal where to go on in the topic of signals; empty when none was read
 */
public record Capture(
    Optional<String> filter,
    Map<TableId, TableStatus> tables,
    Map<TableId, List<Long>> numbers,
    Set<TableId> requested,
    OptionalLong nextSignal) {
  public Capture {
    tables = Collections.unmodifiableMap(new TreeMap<>(tables));
    numbers = Collections.unmodifiableMap(new TreeMap<>(numbers));
    requested = Collections.unmodifiableSet(new TreeSet<>(requested));
  }

  /** Of tables whose numbers are not known, with nothing asked for. */
  public Capture(Optional<String> filter, Map<TableId, TableStatus> tables) {
    this(filter, tables, Map.of(), Set.of(), OptionalLong.empty());
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
    return new Capture(filter, statuses, numbers, requested, nextSignal);
  }

  /** The same by another choice of tables. */
  public Capture withFilter(String chosen) {
    return new Capture(Optional.of(chosen), tables, numbers, requested, nextSignal);
  }

  /** The same with other numbers of one table; with none, they are not known. */
  public Capture withNumbers(TableId table, List<Long> seen) {
    Map<TableId, List<Long>> changed = new TreeMap<>(numbers);
    if (seen.isEmpty()) {
      changed.remove(table);
    } else {
      changed.put(table, List.copyOf(seen));
    }
    return new Capture(filter, tables, changed, requested, nextSignal);
  }

  /** The same with snapshots asked for of these tables and no others. */
  public Capture withRequested(Set<TableId> wanted) {
    return wanted.equals(requested)
        ? this
        : new Capture(filter, tables, numbers, wanted, nextSignal);
  }

  /** The same with another place in the topic of signals. */
  public Capture withNextSignal(OptionalLong next) {
    return new Capture(filter, tables, numbers, requested, next);
  }

  /** The same without some tables. */
  public Capture without(Collection<TableId> gone) {
    Map<TableId, TableStatus> statuses = new TreeMap<>(tables);
    Map<TableId, List<Long>> known = new TreeMap<>(numbers);
    Set<TableId> wanted = new TreeSet<>(requested);
    statuses.keySet().removeAll(gone);
    known.keySet().removeAll(gone);
    wanted.removeAll(gone);
    return new Capture(filter, statuses, known, wanted, nextSignal);
  }
}
