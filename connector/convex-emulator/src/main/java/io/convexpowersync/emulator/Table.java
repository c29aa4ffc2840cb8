package io.convexpowersync.emulator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One incarnation of a table: dropped and created again it is another one, with another tablet id
 * and number. Guarded by the store's lock.
 */
final class Table {
  /** Beyond this many distinct fields Convex no longer tracks a table's columns. */
  private static final int MAX_TRACKED_COLUMNS = 64;

  final TablePath path;
  final int number;
  final InternalId tablet;

  /** When the commit that created it ended. */
  long createdTs;

  final boolean system;

  /** When it got its name; {@link Long#MAX_VALUE} while it is the hidden table of an import. */
  long activatedTs = Long.MAX_VALUE;

  /** When the table was dropped; {@link Long#MAX_VALUE} while it lives. */
  long droppedTs = Long.MAX_VALUE;

  /** Newest revision of every document that there ever was, tombstones included. */
  final TreeMap<InternalId, Revision> documents = new TreeMap<>();

  /** Start of every row on the wire, up to the commit timestamp. */
  final byte[] rowPrefix;

  private final Map<List<String>, ColumnSet> columnSets = new HashMap<>();
  private ColumnSet latestColumnSet = new ColumnSet(List.of());

  private Table(TablePath path, int number, InternalId tablet, boolean system) {
    this.path = path;
    this.number = number;
    this.tablet = tablet;
    this.system = system;
    ByteBuf prefix = new ByteBuf(64);
    prefix.ascii("{\"_component\":").string(path.component());
    prefix.ascii(",\"_table\":").string(path.table()).ascii(",\"_ts\":");
    this.rowPrefix = prefix.toByteArray();
  }

  static Table user(TablePath path, int number, InternalId tablet) {
    return new Table(path, number, tablet, false);
  }

  /** A table that is never exported but whose rows are in the log. */
  static Table system(InternalId tablet) {
    return new Table(TablePath.root("system"), 1, tablet, true);
  }

  /** Whether it existed, hidden or not: that is what the export shows. */
  boolean existsAt(long ts) {
    return createdTs <= ts && ts < droppedTs;
  }

  boolean activeAt(long ts) {
    return activatedTs <= ts && ts < droppedTs;
  }

  /** Undoes what happened to an existing table after a timestamp. */
  void rollBackTo(long ts) {
    droppedTs = droppedTs > ts ? Long.MAX_VALUE : droppedTs;
    activatedTs = activatedTs > ts ? Long.MAX_VALUE : activatedTs;
    for (Revision newest : List.copyOf(documents.values())) {
      if (newest.ts > ts) {
        count(newest, -1);
        Revision then = newest.at(ts);
        if (then == null) {
          documents.remove(newest.id);
        } else {
          documents.put(then.id, then);
          count(then, 1);
        }
      }
    }
  }

  /** Up to {@code limit} documents as they were at a timestamp, in id order. */
  List<Revision> page(InternalId after, long ts, int limit) {
    NavigableMap<InternalId, Revision> rest =
        after == null ? documents : documents.tailMap(after, false);
    List<Revision> rows = new ArrayList<>();
    for (Revision newest : rest.values()) {
      Revision revision = newest.at(ts);
      if (revision != null && !revision.deleted()) {
        rows.add(revision);
        if (rows.size() == limit) {
          break;
        }
      }
    }
    return rows;
  }

  void put(Revision revision) {
    Revision before = documents.put(revision.id, revision);
    if (before != null) {
      count(before, -1);
    }
    count(revision, 1);
  }

  private static void count(Revision revision, int change) {
    if (revision.columns != null) {
      revision.columns.documents += change;
    }
  }

  ColumnSet columnSet(Collection<String> names) {
    if (!equal(latestColumnSet.names, names)) {
      latestColumnSet = columnSets.computeIfAbsent(List.copyOf(names), ColumnSet::new);
    }
    return latestColumnSet;
  }

  private static boolean equal(List<String> list, Collection<String> other) {
    Iterator<String> mine = list.iterator();
    Iterator<String> theirs = other.iterator();
    while (mine.hasNext() && theirs.hasNext()) {
      if (!mine.next().equals(theirs.next())) {
        return false;
      }
    }
    return !mine.hasNext() && !theirs.hasNext();
  }

  /** The fields of the current documents; only the system fields when there are too many. */
  SortedSet<String> columns() {
    SortedSet<String> names = new TreeSet<>();
    for (ColumnSet set : columnSets.values()) {
      if (set.documents > 0) {
        names.addAll(set.names);
      }
    }
    if (names.isEmpty() || names.size() > MAX_TRACKED_COLUMNS) {
      names.clear();
      names.addAll(List.of("_creationTime", "_id"));
    }
    return names;
  }
}
