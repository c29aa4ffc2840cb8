package io.convexpowersync.storage;

import io.convexpowersync.storage.HeldRows.Unchanged;
import io.convexpowersync.streams.Evaluation;
import io.convexpowersync.streams.SourceKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The changes of one transaction, in the order of the calls. Rows that others leave no place for
 * are removed before them.
 */
final class ChangeBatch {
  /** Rows read at once where others may have to be removed. */
  private static final int SCANNED_ROWS = 2_000;

  /** Evaluation null: the row is gone. */
  private record Change(String table, String id, Evaluation evaluation, boolean snapshot) {}

  private record RowKey(SourceTable table, String id) {}

  /** Of the rows with keys above one and up to another (null: all), only the changed ones stay. */
  private record Others(String table, byte[] after, byte[] upTo) {
    boolean includes(byte[] key) {
      return Arrays.compareUnsigned(key, after) > 0
          && (upTo == null || Arrays.compareUnsigned(key, upTo) <= 0);
    }
  }

  /** What the changes are applied to. */
  interface Target {
    /** The table's row; empty when there is none. */
    Optional<SourceTable> find(String table);

    /** The table's row, created when there is none. */
    SourceTable require(String table) throws SQLException;

    RowStates states();

    HeldRows held();

    /** What can be stored of an evaluation. */
    Evaluation storable(String table, String id, Evaluation evaluation) throws SQLException;

    /** Writes operations in a transaction of their own, and begins the next one. */
    void flush(ChangeLog log) throws SQLException;
  }

  private final List<Change> changes = new ArrayList<>();
  private final List<Others> others = new ArrayList<>();
  private final Map<RowKey, TrackedRow> rows = new LinkedHashMap<>();

  void upsert(String table, String id, Evaluation evaluation) {
    changes.add(new Change(table, id, evaluation, false));
  }

  void delete(String table, String id) {
    changes.add(new Change(table, id, null, false));
  }

  void snapshotRow(String table, String id, Evaluation evaluation) {
    changes.add(new Change(table, id, evaluation, true));
  }

  void removeOthers(String table, Optional<String> after, Optional<String> upTo) {
    others.add(
        new Others(
            table,
            after.map(SourceKey::encode).orElse(RowStates.BEFORE_ALL),
            upTo.map(SourceKey::encode).orElse(null)));
  }

  /** Writes the new row states. */
  ChangeLog apply(Target target) throws SQLException {
    List<TrackedRow> rowOfChange = new ArrayList<>(changes.size());
    for (Change change : changes) {
      RowKey key = new RowKey(target.require(change.table()), change.id());
      rowOfChange.add(rows.computeIfAbsent(key, k -> new TrackedRow(k.table(), k.id())));
    }
    ChangeLog log = new ChangeLog();
    for (Others range : others) {
      log = remove(range, log, target);
    }
    target.states().load(rows.values());
    List<Evaluation> evaluations = new ArrayList<>(changes.size());
    for (Change change : changes) {
      evaluations.add(
          change.evaluation() == null
              ? null
              : target.storable(change.table(), change.id(), change.evaluation()));
    }
    Map<TrackedRow, Unchanged> unchanged = unchanged(rowOfChange, evaluations, target.held());
    for (int i = 0; i < changes.size(); i++) {
      TrackedRow row = rowOfChange.get(i);
      if (evaluations.get(i) == null) {
        log.delete(row);
      } else {
        // Only for the row's first change: it is compared with what is stored.
        Unchanged same = unchanged.remove(row);
        log.upsert(row, evaluations.get(i), same == null ? Unchanged.NOTHING : same);
      }
    }
    target.states().save(rows.values());
    return log;
  }

  /** Returns the log to go on with. */
  private ChangeLog remove(Others range, ChangeLog first, Target target) throws SQLException {
    Optional<SourceTable> table = target.find(range.table());
    if (table.isEmpty() || !target.states().hasAbove(table.get(), range.after())) {
      return first;
    }
    rows.values().stream()
        .filter(row -> row.table().equals(table.get()) && range.includes(row.key()))
        .forEach(TrackedRow::known);
    ChangeLog log = first;
    byte[] after = range.after();
    List<TrackedRow> stored;
    do {
      stored = target.states().between(table.get(), after, range.upTo(), SCANNED_ROWS);
      log = removeOf(stored, log, target);
      if (stored.size() == SCANNED_ROWS) {
        after = stored.get(stored.size() - 1).key();
        if (log.size() >= SCANNED_ROWS) {
          target.flush(log);
          log = new ChangeLog();
        }
      }
    } while (stored.size() == SCANNED_ROWS);
    return log;
  }

  private ChangeLog removeOf(List<TrackedRow> stored, ChangeLog log, Target target)
      throws SQLException {
    List<TrackedRow> gone = new ArrayList<>();
    for (TrackedRow row : stored) {
      TrackedRow changed = rows.get(new RowKey(row.table(), row.id()));
      if (changed == null) {
        log.delete(row);
        gone.add(row);
      } else {
        changed.stored(row.stored());
      }
    }
    target.states().save(gone);
    return log;
  }

  private Map<TrackedRow, Unchanged> unchanged(
      List<TrackedRow> rowOfChange, List<Evaluation> evaluations, HeldRows held)
      throws SQLException {
    Map<TrackedRow, Evaluation> candidates = new LinkedHashMap<>();
    Set<TrackedRow> seen = new LinkedHashSet<>();
    for (int i = 0; i < changes.size(); i++) {
      TrackedRow row = rowOfChange.get(i);
      if (row.stored() != null && seen.add(row) && changes.get(i).snapshot()) {
        candidates.put(row, evaluations.get(i));
      }
    }
    return candidates.isEmpty() || !held.isPresent() ? new HashMap<>() : held.unchanged(candidates);
  }
}
