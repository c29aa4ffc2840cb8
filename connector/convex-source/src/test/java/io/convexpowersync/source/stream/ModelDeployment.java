package io.convexpowersync.source.stream;

import io.convexpowersync.client.ConvexDocument;
import io.convexpowersync.client.DeltaPageEnd;
import io.convexpowersync.client.SnapshotPageEnd;
import io.convexpowersync.client.TableRef;
import io.convexpowersync.events.TableId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A deployment in memory that answers pages as Convex does, with page lengths as asked for. */
final class ModelDeployment {
  static final long EPOCH = 1_785_412_800_000_000_000L;

  private final TreeMap<Long, List<Write>> log = new TreeMap<>();
  private long head = EPOCH;

  /** A document's new state; null for a deletion. */
  record Write(TableId table, String id, String json) {}

  /** Rows and what stands behind them. */
  record Page<E>(List<ConvexDocument> rows, E end) {}

  long head() {
    return head;
  }

  /** Moves the head without a row. */
  void bump() {
    head += 1000;
  }

  long commit(List<Write> writes) {
    bump();
    log.put(head, writes);
    return head;
  }

  List<TableId> tables() {
    TreeSet<TableId> tables = new TreeSet<>();
    log.values().forEach(writes -> writes.forEach(write -> tables.add(write.table())));
    return List.copyOf(tables);
  }

  /** Documents by id, of every table that has one. */
  Map<TableId, Map<String, String>> stateAt(long ts) {
    Map<TableId, Map<String, String>> state = new HashMap<>();
    revisions(ts)
        .forEach(
            (table, rows) -> {
              Map<String, String> documents = new TreeMap<>();
              rows.forEach((id, row) -> documents.put(id, row.json()));
              state.put(table, documents);
            });
    return state;
  }

  Page<SnapshotPageEnd> snapshot(
      long pin, Optional<String> cursor, List<TableId> tables, int limit) {
    // Convex walks tables in an order of its own.
    List<TableId> order = tables.stream().sorted(Comparator.reverseOrder()).toList();
    String from = cursor.orElse(order.get(0) + "|");
    TableId table = TableId.parse(from.substring(0, from.indexOf('|')));
    String after = from.substring(from.indexOf('|') + 1);
    List<ConvexDocument> rest =
        revisions(pin).getOrDefault(table, new TreeMap<>()).tailMap(after, false).values().stream()
            .toList();
    List<ConvexDocument> rows = rest.subList(0, Math.min(limit, rest.size()));
    int next = order.indexOf(table) + 1;
    Optional<String> follow =
        rows.size() == limit
            ? Optional.of(table + "|" + rows.get(limit - 1).id())
            : next < order.size() ? Optional.of(order.get(next) + "|") : Optional.empty();
    return new Page<>(rows, new SnapshotPageEnd(pin, follow));
  }

  Page<DeltaPageEnd> deltas(long cursor, int limit) {
    List<ConvexDocument> rows = new ArrayList<>();
    for (Map.Entry<Long, List<Write>> commit : log.tailMap(cursor, false).entrySet()) {
      commit.getValue().forEach(write -> rows.add(row(write, commit.getKey())));
      if (rows.size() >= limit) {
        return new Page<>(rows, new DeltaPageEnd(commit.getKey(), commit.getKey() < head));
      }
    }
    return new Page<>(rows, new DeltaPageEnd(head, false));
  }

  private Map<TableId, TreeMap<String, ConvexDocument>> revisions(long ts) {
    Map<TableId, TreeMap<String, ConvexDocument>> state = new HashMap<>();
    log.headMap(ts, true)
        .forEach(
            (at, writes) -> {
              for (Write write : writes) {
                TreeMap<String, ConvexDocument> table =
                    state.computeIfAbsent(write.table(), any -> new TreeMap<>());
                if (write.json() == null) {
                  table.remove(write.id());
                } else {
                  table.put(write.id(), row(write, at));
                }
              }
            });
    return state;
  }

  private static ConvexDocument row(Write write, long ts) {
    TableRef table = new TableRef(write.table().component(), write.table().table());
    return new ConvexDocument(table, write.id(), ts, write.json() == null, write.json());
  }
}
