package io.convexpowersync.emulator;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * {@code list_snapshot}: pages of the tables' content at one timestamp. A page holds rows of one
 * table; every table ends its own page, an empty one too.
 */
final class SnapshotEndpoint {
  private final EmulatedDeployment deployment;

  SnapshotEndpoint(EmulatedDeployment deployment) {
    this.deployment = deployment;
  }

  private record Page(List<Revision> rows, Optional<SnapshotCursor> next) {}

  Response handle(EmulatorRequest request) throws ApiException {
    RequestParameters parameters =
        deployment.exportParameters(request, SnapshotEndpoint::checkTypes);
    Optional<Long> snapshot = parameters.integer("snapshot");
    if (snapshot.isPresent() && snapshot.get() < 0) {
      throw ApiException.internal(500);
    }
    Optional<String> cursorText = parameters.string("cursor");
    SnapshotCursor cursor = cursorText.isPresent() ? SnapshotCursor.parse(cursorText.get()) : null;
    ExportSelection selection = deployment.selection(parameters);
    long ts = timestamp(snapshot);
    Page page = read(ts, cursor, selection);
    ValueFormat format = EmulatedDeployment.format(parameters);
    deployment.counters().countSnapshotDocuments(page.rows.size());
    return Response.json(sink -> write(page, ts, selection, format, sink));
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
    if (head - ts > limits.snapshotAge().toNanos()) {
      throw ApiException.badRequest("SnapshotTooOld", "Snapshot " + ts + " is too old");
    }
    if (ts < deployment.store().retentionBoundary(limits.logRetention().toNanos())) {
      throw ApiException.internal(503);
    }
    return ts;
  }

  private Page read(long ts, SnapshotCursor cursor, ExportSelection selection) {
    List<Table> tables =
        deployment.store().tablesAt(ts).stream()
            .filter(table -> cursor == null || table.tablet.compareTo(cursor.tablet()) >= 0)
            .filter(table -> selection.columns(table.path).isPresent())
            .toList();
    if (tables.isEmpty()) {
      return new Page(List.of(), Optional.empty());
    }
    int limit = deployment.options().limits().snapshotPage();
    InternalId after = cursor == null ? null : cursor.after();
    List<Revision> rows = deployment.store().page(tables.get(0), after, ts, limit);
    if (rows.size() == limit) {
      return new Page(rows, Optional.of(SnapshotCursor.after(rows.get(limit - 1))));
    }
    return new Page(rows, tables.stream().skip(1).findFirst().map(SnapshotCursor::startOf));
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
