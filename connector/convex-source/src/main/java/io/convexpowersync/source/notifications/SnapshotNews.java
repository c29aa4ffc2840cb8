package io.convexpowersync.source.notifications;

import io.convexpowersync.events.Change;
import io.convexpowersync.events.Marker;
import io.convexpowersync.events.SnapshotFlag;
import io.convexpowersync.events.SourceOffset;
import io.convexpowersync.events.TableId;
import io.convexpowersync.events.TableStatus;
import io.convexpowersync.source.stream.Emission;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Tells from the events of a stream what becomes of its snapshots. The types and their details are
 * those of Debezium's {@code Initial Snapshot} notifications, which its blocking snapshots use too.
 */
final class SnapshotNews {
  private static final String CURRENT = "current_collection_in_progress";
  private static final String SCANNED = "scanned_collection";
  private static final String TABLES = "data_collections";
  private static final String ROWS = "total_rows_scanned";

  private final BiConsumer<String, Map<String, String>> tell;

  /** Rows by table of the running snapshot, of the tables whose end was not told yet. */
  private final Map<TableId, Long> unfinished = new TreeMap<>();

  private String tables = "";
  private boolean running;
  private boolean any;

  /**
   * News.
   *
   * @param tell takes type and details
   */
  SnapshotNews(BiConsumer<String, Map<String, String>> tell) {
    this.tell = tell;
  }

  void see(Emission emission) {
    if (emission.event() instanceof Marker.SnapshotBegin begin) {
      begun(begin.tables());
    } else if (emission.event() instanceof Marker.SnapshotEnd end) {
      ended(end.tables());
    } else if (emission.event() instanceof Change.Upsert row && row.snapshot()) {
      row(row.table(), emission);
    } else if (!any
        && emission.offset().filter(SourceOffset.Streaming.class::isInstance).isPresent()) {
      any = true;
      tell.accept("SKIPPED", Map.of());
    }
  }

  private void begun(Collection<TableId> read) {
    if (running) {
      tell.accept("ABORTED", Map.of());
    }
    follow(read);
    tell.accept("STARTED", Map.of(TABLES, tables));
  }

  private void follow(Collection<TableId> read) {
    any = true;
    running = true;
    unfinished.clear();
    read.forEach(table -> unfinished.put(table, 0L));
    tables = read.stream().map(TableId::toString).collect(Collectors.joining(","));
  }

  private void row(TableId table, Emission emission) {
    if (!running) {
      // Begun by another task.
      follow(pending(emission.offset()));
    }
    long rows = unfinished.merge(table, 1L, Long::sum);
    if (rows == 1) {
      tell.accept("IN_PROGRESS", Map.of(CURRENT, table.toString(), TABLES, tables));
    }
    SnapshotFlag place = emission.snapshot();
    if (place == SnapshotFlag.LAST_IN_TABLE || place == SnapshotFlag.LAST) {
      scanned(table);
    }
  }

  private static Collection<TableId> pending(Optional<SourceOffset> offset) {
    return offset.orElseThrow().capture().tables(TableStatus.PENDING);
  }

  private void scanned(TableId table) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put(SCANNED, table.toString());
    details.put(TABLES, tables);
    details.put(ROWS, Long.toString(unfinished.remove(table)));
    details.put("status", "SUCCEEDED");
    tell.accept("TABLE_SCAN_COMPLETED", details);
  }

  /** A snapshot that was stopped completes no table. */
  private void ended(Collection<TableId> complete) {
    boolean stopped = complete.isEmpty() && !tables.isEmpty();
    if (!stopped) {
      unfinished.keySet().stream().filter(complete::contains).toList().forEach(this::scanned);
    }
    running = false;
    tell.accept(stopped ? "ABORTED" : "COMPLETED", Map.of());
  }
}
