package io.convexpowersync.source.stream;

import io.convexpowersync.events.Capture;
import io.convexpowersync.events.Change;
import io.convexpowersync.events.Position;
import io.convexpowersync.events.TableId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Notices that tables were dropped, of which Convex's log says nothing.
 *
 * <p>The tables are listed when the log was read to its end, and only if the position has moved,
 * because a drop moves it. One listing may be wrong, so a table counts as dropped when two of them,
 * some time apart, do not have it. Earlier than that it shows in the ids of new documents: a table
 * that was created again has another number.
 */
final class TableWatch {
  private final long intervalMs;
  private final StreamClock clock;
  private final Map<TableId, Long> absentSince = new HashMap<>();
  private long nextListing = Long.MIN_VALUE;
  private Position listedAt;

  TableWatch(long intervalMs, StreamClock clock) {
    this.intervalMs = intervalMs;
    this.clock = clock;
  }

  /**
   * What a listing tells.
   *
   * @param dropped tables that are gone
   * @param again tables that are there, and were not the time before
   */
  record Listing(Set<TableId> dropped, Set<TableId> again) {}

  /** Whether the tables should be listed, at a position that is the end of the log. */
  boolean isDue(Position position) {
    boolean anythingNew = !position.equals(listedAt) || !absentSince.isEmpty();
    return anythingNew && clock.elapsedMs() >= nextListing;
  }

  /** The tables could not be listed. */
  void notListed() {
    nextListing = clock.elapsedMs() + intervalMs;
  }

  Listing listed(Set<TableId> captured, Collection<TableId> existing, Position position) {
    long now = clock.elapsedMs();
    nextListing = now + intervalMs;
    listedAt = position;
    Set<TableId> again = new TreeSet<>(absentSince.keySet());
    again.retainAll(existing);
    again.retainAll(captured);
    absentSince.keySet().removeAll(again);
    absentSince.keySet().retainAll(captured);
    Set<TableId> dropped = new TreeSet<>();
    for (TableId table : captured) {
      if (!existing.contains(table)) {
        Long since = absentSince.putIfAbsent(table, now);
        if (since != null && now - since >= intervalMs) {
          dropped.add(table);
        }
      }
    }
    absentSince.keySet().removeAll(dropped);
    return new Listing(dropped, again);
  }

  /**
   * What the ids in a commit tell.
   *
   * @param capture with the numbers that are known now
   * @param replaced tables that have another number than before
   * @param returned tables with a number of which it was believed that its table is gone
   */
  record Sightings(Capture capture, Set<TableId> replaced, Set<TableId> returned) {}

  static Sightings sightings(Capture before, List<Change> changes) {
    Capture capture = before;
    Set<TableId> replaced = new TreeSet<>();
    Set<TableId> returned = new TreeSet<>();
    for (Change change : changes) {
      TableId table = change.table();
      OptionalLong number = TableNumber.of(idOf(change));
      List<Long> known = capture.numbers().getOrDefault(table, List.of());
      if (number.isEmpty() || known.contains(number.getAsLong())) {
        continue;
      }
      if (known.contains(-number.getAsLong())) {
        returned.add(table);
        continue;
      }
      if (!known.isEmpty()) {
        replaced.add(table);
      }
      List<Long> seen = new ArrayList<>(known.stream().map(n -> -Math.abs(n)).toList());
      seen.add(number.getAsLong());
      capture = capture.withNumbers(table, seen);
    }
    return new Sightings(capture, replaced, returned);
  }

  /** The numbers of a table together with that of one more document that certainly exists. */
  static List<Long> with(List<Long> known, String id) {
    OptionalLong number = TableNumber.of(id);
    if (number.isEmpty() || known.contains(number.getAsLong())) {
      return known;
    }
    List<Long> seen = new ArrayList<>(known);
    seen.add(number.getAsLong());
    return seen;
  }

  private static String idOf(Change change) {
    if (change instanceof Change.Upsert upsert) {
      return upsert.id();
    }
    return change instanceof Change.Delete delete ? delete.id() : "";
  }
}
