package io.convexpowersync.emulator;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code list_snapshot}: pages of the tables' content at one timestamp. A page holds rows of one
 * table; every table ends its own page, an empty one too.
 */
final class SnapshotEndpoint {
  private final EmulatedDeployment deployment;
  private volatile String walk = "";

  SnapshotEndpoint(EmulatedDeployment deployment) {
    this.deployment = deployment;
  }

  /**
   * A page.
   *
   * @param ofTable whether there was a table to walk
   */
  private record Page(List<Revision> rows, Optional<SnapshotCursor> next, boolean ofTable) {}

  Response handle(EmulatorRequest request) throws ApiException {
    RequestParameters parameters =
        deployment.exportParameters(request, SnapshotEndpoint::checkTypes);
    Optional<Long> snapshot = parameters.integer("snapshot");
    if (snapshot.isPresent() && snapshot.get() < 0) {
      throw ApiException.internal(500);
    }
    SnapshotCursor cursor = cursor(parameters.string("cursor"));
    ExportSelection selection = deployment.selection(parameters);
    long ts = timestamp(snapshot);
    Page page = read(ts, cursor, selection);
    if (page.ofTable) {
      countWalk(ts, parameters, page);
    }
    ValueFormat format = deployment.format(parameters);
    deployment.counters().countSnapshotDocuments(page.rows.size());
    Duration work = deployment.switches().snapshotRowTime().multipliedBy(page.rows.size());
    return Response.json(sink -> write(page, ts, selection, format, sink)).after(work);
  }

  private SnapshotCursor cursor(Optional<String> text) throws ApiException {
    try {
      return text.isPresent() ? SnapshotCursor.parse(text.get()) : null;
    } catch (IllegalArgumentException e) {
      throw deployment.backend().blamesTheCaller()
          ? ApiException.badRequest(
              "InvalidListSnapshotCursor", "The cursor is none that list_snapshot returned")
          : ApiException.internal(500);
    }
  }

  /** A deployment keeps one walk; a call that does not continue it starts another, at a cost. */
  private void countWalk(long ts, RequestParameters parameters, Page page) throws ApiException {
    String where = ts + " " + parameters.selectionText() + " ";
    if (!(where + parameters.string("cursor").orElse("")).equals(walk)) {
      deployment.counters().countSnapshotWalk();
    }
    walk = where + page.next.map(SnapshotCursor::text).orElse("end");
  }

  private static void checkTypes(RequestParameters parameters) throws ApiException {
    parameters.integer("snapshot");
    parameters.string("cursor");
    parameters.string("format");
  }

  private long timestamp(Optional<Long> requested) throws ApiException {
    long head = deployment.store().head();
    long ts = requested.orElse(head);
    EmulatorOptions.Limits limits = deployment.options().limits();
    if (ts > head) {
      throw ApiException.badRequest("SnapshotTooNew", "Snapshot " + ts + " is after the head");
    }
    Duration age = deployment.backend().snapshotAge(limits.times().snapshotAge());
    if (Duration.ofNanos(head - ts).compareTo(age) > 0) {
      throw ApiException.badRequest("SnapshotTooOld", "Snapshot " + ts + " is too old");
    }
    if (ts < deployment.retentionBoundary()) {
      throw ApiException.internal(503);
    }
    return ts;
  }

  private Page read(long ts, SnapshotCursor cursor, ExportSelection selection) {
    List<Table> tables =
        deployment.store().exportedTablesAt(ts).stream()
            .filter(table -> cursor == null || table.tablet.compareTo(cursor.tablet()) >= 0)
            .filter(table -> selection.columns(table.path).isPresent())
            .toList();
    if (tables.isEmpty()) {
      return new Page(List.of(), Optional.empty(), false);
    }
    int limit = pageRows();
    InternalId after = cursor == null ? null : cursor.after();
    List<Revision> rows = deployment.store().page(tables.get(0), after, ts, limit);
    if (rows.size() == limit) {
      return new Page(rows, Optional.of(SnapshotCursor.after(rows.get(limit - 1))), true);
    }
    return new Page(rows, tables.stream().skip(1).findFirst().map(SnapshotCursor::startOf), true);
  }

  /** Rows that fit into a page, which is limited in rows and in the time that they take. */
  private int pageRows() {
    EmulatorOptions.Limits limits = deployment.options().limits();
    Duration row = deployment.switches().snapshotRowTime();
    if (row.isZero() || !deployment.backend().limitsPageTime()) {
      return limits.snapshotPage();
    }
    long inTime = Math.max(1, limits.times().snapshotPage().dividedBy(row));
    return (int) Math.min(limits.snapshotPage(), inTime);
  }

  private static void write(
      Page page, long ts, ExportSelection selection, ValueFormat format, ResponseSink sink)
      throws IOException {
    ByteBuf out = sink.buffer().ascii("{\"values\":[");
    Separator separator = new Separator(out);
    for (Revision row : page.rows) {
      separator.next();
      RowWriter.write(row, selection.columns(row.table.path).orElseThrow(), format, false, out);
      sink.mayFlush();
    }
    out.ascii("],\"snapshot\":").number(ts).ascii(",\"cursor\":");
    if (page.next.isPresent()) {
      out.string(page.next.get().text()).ascii(",\"hasMore\":true}");
    } else {
      out.ascii("null,\"hasMore\":false}");
    }
  }
}
